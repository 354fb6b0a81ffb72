package io.mics.hook.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.ErrorReportingExecutor;
import io.mics.concurrent.TaskScope;
import io.mics.hook.BackendCall;
import io.mics.hook.HookUrls;
import io.mics.httpclient.Destination;
import io.mics.observe.Log;
import io.mics.observe.TraceId;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.sdk.sign.Signer;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects to tenants' backends before a client waits for them: the look-up, the connection, TLS and the loading of the
 * classes that all of it needs are not taken from the time of the first {@code /auth}. Whichever backend does not
 * answer is named in one log line. Runs beside everything else, on threads of its own; nothing depends on its outcome.
 *
 * <p>A backend gets an unsigned {@code OPTIONS} of its {@code /auth} rather than a bare connection: after a TLS 1.3
 * handshake the server's tickets lie unread, so that the pool would not use it, and a server that handles one
 * connection at a time would wait on it. Any answer will do.
 */
public final class WarmUp implements AutoCloseable {
    private static final Log LOG = Log.of(WarmUp.class);
    private static final Duration ONE = Duration.ofSeconds(5);
    private static final Duration ALTOGETHER = Duration.ofSeconds(30);
    private static final int WIDTH = 32;

    private final HttpBackendTransport transport;
    private final ErrorReportingExecutor tasks = new ErrorReportingExecutor();
    private volatile Future<?> begun = CompletableFuture.completedFuture(null);

    /** Connections of {@code transport}, which is not closed here. */
    public WarmUp(HttpBackendTransport transport) {
        this.transport = transport;
    }

    /** Begins to connect to these tenants' backends, 32 at a time, for 30 s at most; returns at once. */
    public void begin(Collection<Tenant> tenants) {
        List<Tenant> all = List.copyOf(tenants);
        begun = tasks.submit(() -> {
            connect(all);
            return null;
        });
    }

    /** Waits for what was begun last, but no longer than {@code most}. */
    public void await(Duration most) {
        try {
            begun.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.debug("warm_up_deferred", "waitedMs", most.toMillis());
        } catch (ExecutionException e) {
            LOG.error("warm_up_failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(List<Tenant> tenants) throws InterruptedException, InvalidProtocolBufferException {
        try (TaskScope scope = TaskScope.collecting("warm-up", WIDTH, Deadline.after(ALTOGETHER))) {
            for (Tenant tenant : tenants) {
                for (String baseUrl : baseUrls(tenant.hooks())) {
                    var unused = scope.fork(() -> connect(tenant, baseUrl));
                }
            }
            code();
            scope.join();
        }
    }

    private boolean connect(Tenant tenant, String baseUrl) throws InterruptedException {
        Optional<String> cause = transport.connect(tenant, baseUrl, Deadline.after(ONE));
        cause.ifPresent(why ->
                LOG.warn("backend_unreachable", "tenant", tenant.id(), "url", HookUrls.shown(baseUrl), "cause", why));
        return cause.isEmpty();
    }

    /** Those that are reached over a network; the playground's hooks are answered in this process. */
    private static Set<String> baseUrls(BackendSettings settings) {
        Set<String> urls = new TreeSet<>(List.of(settings.authBaseUrl(), settings.baseUrl()));
        urls.removeIf(url -> Destination.of(url).isEmpty());
        return urls;
    }

    /** What a call needs beside the connection: signing, and the form of question and answer. */
    private static void code() throws InvalidProtocolBufferException {
        String secret = "of nobody";
        BackendCall call = new BackendCall(
                "",
                TraceId.create(),
                secret,
                meta -> AuthRequest.newBuilder().setMeta(meta).build());
        byte[] unusedBytes = call.to(false, new Signer(secret)).get();
        AuthResponse unusedAnswer = AuthResponse.parseFrom(
                AuthResponse.newBuilder().setOk(true).build().toByteArray());
    }

    /** Ends what is in flight. */
    @Override
    public void close() {
        tasks.shutdownNow();
        try {
            if (!tasks.awaitTermination(ONE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("warm_up_timed_out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
