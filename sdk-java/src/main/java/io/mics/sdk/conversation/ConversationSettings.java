package io.mics.sdk.conversation;

import java.time.Duration;

/**
 * How a client's conversations are set.
 *
 * @param newest      of a conversation the store knows nothing of, so many messages are shown
 * @param ackTimeout  after which a message is sent again, and an answer is not awaited longer
 * @param maxAttempts ack timeouts that one message waits in all
 * @param maxPending  messages that may wait for their ack
 */
public record ConversationSettings(
        ConversationListener listener,
        MessageStore store,
        int newest,
        Duration ackTimeout,
        int maxAttempts,
        int maxPending) {}
