package io.mics.hook.webhook;

import io.helidon.common.tls.Tls;
import io.mics.hook.CaFile;
import io.mics.hook.http.HttpCaller;
import io.mics.hook.point.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one webhook. Opened by the first call; another {@link Egress} lets go of those made under the one
 * before, so that a target that is denied meanwhile is not called over an old connection.
 */
final class WebhookConnections implements AutoCloseable {
    private final Target.Webhook target;
    private final Supplier<Egress> egress;
    private final int maxAnswerBytes;
    private final Duration grace;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Opened opened;
    private boolean closed;

    private record Opened(Egress egress, HttpCaller caller) {}

    /** None yet; calls end within {@code grace}. */
    WebhookConnections(Target.Webhook target, Supplier<Egress> egress, int maxAnswerBytes, Duration grace) {
        this.target = target;
        this.egress = egress;
        this.maxAnswerBytes = maxAnswerBytes;
        this.grace = grace;
    }

    /** Makes calls under the rules of this moment. */
    HttpCaller caller() throws IOException {
        Egress now = egress.get();
        Opened held = opened;
        return held != null && held.egress().equals(now) ? held.caller() : open(now);
    }

    private HttpCaller open(Egress now) throws IOException {
        opening.lock();
        try {
            Opened held = opened;
            if (held != null && held.egress().equals(now)) {
                return held.caller();
            }
            if (closed) {
                throw new IOException("the hook was taken out of the configuration");
            }
            HttpCaller caller = new HttpCaller(maxAnswerBytes, now, tls());
            opened = new Opened(now, caller);
            if (held != null) {
                closeLater(held.caller());
            }
            return caller;
        } finally {
            opening.unlock();
        }
    }

    private void closeLater(HttpCaller caller) {
        Thread.ofVirtual().name("webhook-close").start(() -> {
            try {
                Thread.sleep(grace);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            caller.close();
        });
    }

    private Optional<Tls> tls() throws IOException {
        return target.caPath().isEmpty()
                ? Optional.empty()
                : Optional.of(Tls.builder().trust(CaFile.read(target.caPath())).build());
    }

    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            Opened held = opened;
            if (held != null) {
                opened = null;
                held.caller().close();
            }
        } finally {
            opening.unlock();
        }
    }
}
