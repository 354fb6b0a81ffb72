package io.mics.sdk.client;

import io.mics.sdk.conversation.ConversationListener;
import io.mics.sdk.conversation.ConversationSettings;
import io.mics.sdk.conversation.InMemoryMessageStore;
import io.mics.sdk.conversation.MessageStore;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link MicsClient} needs: url, tenant, device, token and listener; the rest has defaults. */
public final class MicsClientBuilder {
    private String url = "";
    private String tenantId = "";
    private String deviceId = "";
    private @Nullable Supplier<String> tokens;
    private @Nullable ClientListener listener;
    private @Nullable HttpClient http;
    private @Nullable BodyCipher cipher;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration ackTimeout = Duration.ofSeconds(10);
    private int maxAttempts = 5;
    private int maxPending = 1024;
    private Duration heartbeat = Duration.ofSeconds(10);
    private Duration backoffMin = Duration.ofMillis(500);
    private Duration backoffMax = Duration.ofSeconds(30);
    private int maxNewTokens = 3;
    private @Nullable ConversationListener conversationListener;
    private @Nullable MessageStore messageStore;
    private int newestMessages = 1000;

    MicsClientBuilder() {}

    /** Where the gateway is, such as {@code ws://host:8080/ws} or {@code wss://…}, without a query. */
    public MicsClientBuilder url(String gateway) {
        url = gateway;
        return this;
    }

    /** 1–64 characters of {@code [A-Za-z0-9_-]}. */
    public MicsClientBuilder tenantId(String tenant) {
        tenantId = tenant;
        return this;
    }

    /** 1–128 characters of {@code [A-Za-z0-9_.:@-]}; the same device connecting elsewhere replaces this client. */
    public MicsClientBuilder deviceId(String device) {
        deviceId = device;
        return this;
    }

    /** A token that never changes. */
    public MicsClientBuilder token(String token) {
        return tokens(() -> token);
    }

    /**
     * Asked before the first connection and whenever the gateway refused the last token. Called on the listener's
     * thread and may block; an exception counts as a refused token.
     */
    public MicsClientBuilder tokens(Supplier<String> supplier) {
        tokens = supplier;
        return this;
    }

    /** Who hears of messages and states. */
    public MicsClientBuilder listener(ClientListener owner) {
        listener = owner;
        return this;
    }

    /** Shared by several clients to share its threads; one of its own by default. */
    public MicsClientBuilder httpClient(HttpClient shared) {
        http = shared;
        return this;
    }

    /** Encrypts every body with this 32-byte key, and expects every body to be so encrypted; see {@link BodyCipher}. */
    public MicsClientBuilder encryptionKey(byte[] key) {
        cipher = new BodyCipher(key);
        return this;
    }

    /** How long the handshake, and then the gateway's {@code connect_ack}, may take; 10 s by default. */
    public MicsClientBuilder connectTimeout(Duration each) {
        connectTimeout = each;
        return this;
    }

    /** After how long without an ack a message is sent again under its id; 10 s by default. */
    public MicsClientBuilder ackTimeout(Duration each) {
        ackTimeout = each;
        return this;
    }

    /**
     * How often one message is sent at most, and how many ack timeouts it waits in all; 5 by default. Keep the
     * product of the two below 60 s: that long the gateway recognises a resend over a new connection as a duplicate.
     */
    public MicsClientBuilder maxAttempts(int attempts) {
        maxAttempts = attempts;
        return this;
    }

    /** How many messages may wait for their ack; more fail at once. 1024 by default. */
    public MicsClientBuilder maxPending(int messages) {
        maxPending = messages;
        return this;
    }

    /** Between pings; keep it below a third of the tenant's heartbeat timeout. 10 s by default. */
    public MicsClientBuilder heartbeat(Duration interval) {
        heartbeat = interval;
        return this;
    }

    /** Bounds of the reconnect delay's ceiling, which doubles from min to max; 500 ms and 30 s by default. */
    public MicsClientBuilder backoff(Duration min, Duration max) {
        backoffMin = min;
        backoffMax = max;
        return this;
    }

    /** How many refused tokens in a row are replaced before the client gives up; 3 by default. */
    public MicsClientBuilder maxNewTokens(int times) {
        maxNewTokens = times;
        return this;
    }

    /**
     * For tenants with durable conversations: who hears of their messages. The client then catches up after every
     * connection with what was missed; {@link MicsClient#conversations} is for the rest. Messages of conversations do
     * not come to {@link #listener}, which need not be given.
     */
    public MicsClientBuilder conversations(ConversationListener owner) {
        conversationListener = owner;
        return this;
    }

    /** Where messages of conversations are stored: by default in an {@link InMemoryMessageStore}, with its bounds. */
    public MicsClientBuilder messageStore(MessageStore store) {
        messageStore = store;
        return this;
    }

    /**
     * Of a conversation the store knows nothing of, so many messages are caught up with; 1000 by default. Older ones
     * are history, to be asked for.
     */
    public MicsClientBuilder newestMessages(int most) {
        newestMessages = most;
        return this;
    }

    /**
     * A client, not connected yet.
     *
     * @throws IllegalArgumentException something is missing or out of range; the message names it
     */
    public MicsClient build() {
        require(url.startsWith("ws://") || url.startsWith("wss://"), "url must start with ws:// or wss://");
        require(url.indexOf('?') < 0 && url.indexOf('#') < 0, "url must have no query");
        require(!tenantId.isEmpty(), "tenantId is missing");
        require(!deviceId.isEmpty(), "deviceId is missing");
        require(positive(connectTimeout), "connectTimeout must be positive");
        require(positive(ackTimeout), "ackTimeout must be positive");
        require(maxAttempts >= 1, "maxAttempts must be at least 1");
        require(maxPending >= 1, "maxPending must be at least 1");
        require(positive(heartbeat), "heartbeat must be positive");
        require(positive(backoffMin) && backoffMin.compareTo(backoffMax) <= 0, "backoff must be 0 < min <= max");
        require(maxNewTokens >= 0, "maxNewTokens must not be negative");
        require(newestMessages >= 1, "newestMessages must be at least 1");
        ClientListener heard = listener == null && conversationListener != null ? message -> {} : listener;
        if (tokens == null || heard == null) {
            throw new IllegalArgumentException((tokens == null ? "token" : "listener") + " is missing");
        }
        return new MicsClient(new ClientSettings(
                URI.create(url + "?tenantId=" + encode(tenantId) + "&deviceId=" + encode(deviceId)
                        + (conversationListener == null ? "" : "&catchup=sync")),
                tokens,
                heard,
                http == null ? HttpClient.newHttpClient() : http,
                cipher,
                connectTimeout,
                ackTimeout,
                maxAttempts,
                maxPending,
                heartbeat,
                backoffMin,
                backoffMax,
                maxNewTokens,
                conversationListener == null
                        ? null
                        : new ConversationSettings(
                                conversationListener,
                                messageStore == null ? new InMemoryMessageStore() : messageStore,
                                newestMessages,
                                ackTimeout,
                                maxAttempts,
                                maxPending)));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
