package io.mics.sdk.client;

import io.mics.sdk.conversation.ConversationSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a client was built with, checked. */
record ClientSettings(
        URI uri,
        Supplier<String> tokens,
        ClientListener listener,
        HttpClient http,
        @Nullable BodyCipher cipher,
        Duration connectTimeout,
        Duration ackTimeout,
        int maxAttempts,
        int maxPending,
        Duration heartbeat,
        Duration backoffMin,
        Duration backoffMax,
        int maxNewTokens,
        @Nullable ConversationSettings conversations) {}
