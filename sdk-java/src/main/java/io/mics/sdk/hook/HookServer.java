package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpServer;
import io.mics.sdk.sign.Signer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server for the gateway's hooks, on the JDK's own server. Verifies the signature of every call before the
 * {@link HookHandler} sees it. Answers 200 with protobuf, 400 what does not decode, 401 a bad signature or an unknown
 * tenant, 404 and 405 as usual, 413 a body over the limit, 500 when the handler throws.
 */
public final class HookServer implements AutoCloseable {
    /** Twice the gateway's largest message, in bytes. */
    public static final int DEFAULT_MAX_BODY_BYTES = 2 << 20;

    private static final int MAX_SIGNERS = 1024;

    private final HttpServer http;
    private final ExecutorService threads;

    private HookServer(HttpServer http, ExecutorService threads) {
        this.http = http;
        this.threads = threads;
    }

    /** A server for this handler, not started yet: unsigned calls accepted, port 8081 on all addresses. */
    public static Builder builder(HookHandler handler) {
        return new Builder(handler);
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

    /** Collects what a server needs. Not thread-safe. */
    public static final class Builder {
        private final HookHandler handler;
        private InetSocketAddress address = new InetSocketAddress(8081);
        private String basePath = "";
        private HookSecrets secrets = tenant -> "";
        private int maxBodyBytes = DEFAULT_MAX_BODY_BYTES;
        private @Nullable Duration window;

        private Builder(HookHandler handler) {
            this.handler = handler;
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

        /** What precedes {@code /auth} in the path, such as {@code /hooks}; nothing by default. */
        public Builder basePath(String prefix) {
            basePath = prefix;
            return this;
        }

        /** One secret for all tenants; empty accepts unsigned calls. */
        public Builder secret(String secret) {
            return secrets(tenant -> secret);
        }

        /** A secret per tenant. */
        public Builder secrets(HookSecrets perTenant) {
            secrets = perTenant;
            return this;
        }

        /** The largest body taken, in bytes; more is answered 413. 2 MiB by default. */
        public Builder maxBodyBytes(int bytes) {
            maxBodyBytes = bytes;
            return this;
        }

        /** Refuses calls made longer ago, or further ahead, than this. Off by default. */
        public Builder timestampWindow(Duration largestSkew) {
            window = largestSkew;
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws IOException the port cannot be bound
         */
        public HookServer start() throws IOException {
            HttpServer http = JdkServer.bind(address);
            ExecutorService threads = HookThreads.start();
            http.setExecutor(threads);
            http.createContext("/", new HookExchange(basePath, handler, secrets, signers()::of, maxBodyBytes));
            http.start();
            return new HookServer(http, threads);
        }

        private Signers signers() {
            return new Signers(window);
        }
    }

    /** A signer per secret, at most {@value #MAX_SIGNERS} kept: secrets are few, but the caller decides. */
    private static final class Signers {
        private final ConcurrentHashMap<String, Signer> known = new ConcurrentHashMap<>();
        private final @Nullable Duration window;

        Signers(@Nullable Duration window) {
            this.window = window;
        }

        Signer of(String secret) {
            if (known.size() >= MAX_SIGNERS) {
                known.clear();
            }
            return known.computeIfAbsent(secret, this::make);
        }

        private Signer make(String secret) {
            Signer signer = new Signer(secret);
            return window == null ? signer : signer.within(window, Clock.systemUTC());
        }
    }
}
