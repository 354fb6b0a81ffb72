package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpServer;
import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.LogoutHook;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.plugin.RecallHook;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server for webhooks, on the JDK's own server: a hook written for the gateway's {@code plugins/} folder also
 * runs here, in a process of its own. Verifies the signature of every call before a hook sees it. Answers every path:
 * 200 with JSON, 400 what does not decode or names a point without a hook, 401 a bad signature or time, 405, 413 a body
 * over the limit, 500 when the hook throws. Of a call that comes again the hook is called again: it knows by
 * {@code idempotencyKey} and {@code attempt}.
 */
public final class WebhookReceiver implements AutoCloseable {
    /** How far a call's time may be from this machine's. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(5);

    private final HttpServer http;
    private final ExecutorService threads;

    private WebhookReceiver(HttpServer http, ExecutorService threads) {
        this.http = http;
        this.threads = threads;
    }

    /** A receiver without hooks, not started yet: unsigned calls accepted, port 9300 on all addresses. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on; the real one when 0 was asked for. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** Stops at once: calls in flight are cut off. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** Collects what a receiver needs. Not thread-safe. */
    public static final class Builder {
        private @Nullable PreSendHook preSend;
        private @Nullable PostSendHook postSend;
        private @Nullable DeliveryHook delivery;
        private @Nullable RecallHook recall;
        private @Nullable EntryHook entry;
        private @Nullable LoginHook login;
        private @Nullable HeartbeatHook heartbeat;
        private @Nullable LogoutHook logout;
        private InetSocketAddress address = new InetSocketAddress(9300);
        private List<String> secrets = List.of();
        private boolean bodyAlone;
        private Duration window = DEFAULT_WINDOW;
        private Clock clock = Clock.systemUTC();
        private int maxBodyBytes = 2 * HookServer.DEFAULT_MAX_BODY_BYTES;

        private Builder() {}

        /** Asked before a message is accepted. */
        public Builder preSend(PreSendHook hook) {
            preSend = hook;
            return this;
        }

        /** Notified of messages afterwards. */
        public Builder postSend(PostSendHook hook) {
            postSend = hook;
            return this;
        }

        /** Notified of who has got messages. */
        public Builder delivery(DeliveryHook hook) {
            delivery = hook;
            return this;
        }

        /** Asked and notified about recalls. */
        public Builder recall(RecallHook hook) {
            recall = hook;
            return this;
        }

        /** Asked about connections before it is known who they are. */
        public Builder entry(EntryHook hook) {
            entry = hook;
            return this;
        }

        /** Asked about users before they are let in. */
        public Builder login(LoginHook hook) {
            login = hook;
            return this;
        }

        /** Notified of a share of heartbeats. */
        public Builder heartbeat(HeartbeatHook hook) {
            heartbeat = hook;
            return this;
        }

        /** Notified when sessions have ended. */
        public Builder logout(LogoutHook hook) {
            logout = hook;
            return this;
        }

        /** The port, on all addresses; 0 picks a free one. */
        public Builder port(int port) {
            return address(new InetSocketAddress(port));
        }

        /** Where to listen. */
        public Builder address(InetSocketAddress listen) {
            address = listen;
            return this;
        }

        /** The secrets a call may be signed with, two while one is replaced; none accepts unsigned calls. */
        public Builder secrets(String... accepted) {
            secrets = List.of(accepted);
            if (secrets.contains("")) {
                throw new IllegalArgumentException("an empty secret; name none to accept unsigned calls");
            }
            return this;
        }

        /** Expects the older signature, over the body alone, which does not tell an old call from a new one. */
        public Builder signedBodyAlone() {
            bodyAlone = true;
            return this;
        }

        /** How far a call's time may be from this machine's, either way; 5 minutes by default. */
        public Builder timestampWindow(Duration largestSkew) {
            window = largestSkew;
            return this;
        }

        /** What the time is; for tests. */
        Builder clock(Clock now) {
            clock = now;
            return this;
        }

        /** The largest body taken, in bytes; more is answered 413. 4 MiB by default: bodies come in Base64. */
        public Builder maxBodyBytes(int bytes) {
            maxBodyBytes = bytes;
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws IOException the port cannot be bound
         */
        public WebhookReceiver start() throws IOException {
            HttpServer http = JdkServer.bind(address);
            ExecutorService threads = HookThreads.start();
            http.setExecutor(threads);
            WebhookCheck check = new WebhookCheck(secrets, bodyAlone, window, clock);
            WebhookHooks hooks = new WebhookHooks(preSend, postSend, delivery, recall, entry, login, heartbeat, logout);
            http.createContext("/", new WebhookExchange(hooks, check, maxBodyBytes));
            http.start();
            return new WebhookReceiver(http, threads);
        }
    }
}
