package io.mics.loadtest;

import io.mics.sdk.client.MicsClient;
import io.mics.sdk.client.SendOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A tenant that is there for what it does to others: one user who writes to another, messages of any size, one at a
 * time. Every message must be acknowledged as sent and delivered once.
 */
final class NoisyTenant implements AutoCloseable {
    /** Events of its two connections. */
    static final int CONNECTIONS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Semaphore delivered = new Semaphore(0);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final MicsClient sender;
    private final MicsClient receiver;
    private volatile boolean going;
    private long sent;
    private @Nullable Thread thread;

    NoisyTenant(Gateways gateways, String tenant) throws Exception {
        sender = client(gateways, tenant, "a");
        receiver = client(gateways, tenant, "b");
    }

    private MicsClient client(Gateways gateways, String tenant, String user) throws Exception {
        MicsClient client = MicsClient.builder()
                .url(gateways.url(0) + "/ws")
                .tenantId(tenant)
                .deviceId("d1")
                .tokens(() -> "valid:" + user)
                .listener(message -> delivered.release())
                .ackTimeout(PATIENCE)
                .maxAttempts(1)
                .build();
        client.connect();
        return client;
    }

    /** Begins to send messages of this size, so many per second at most. */
    void start(int bodyBytes, double perSecond) {
        going = true;
        thread = Thread.ofPlatform().name("noisy-tenant").start(() -> {
            try {
                send(new byte[bodyBytes], (long) (1e9 / perSecond));
            } catch (Exception e) {
                failure.set(e);
            }
        });
    }

    private void send(byte[] body, long interval) throws Exception {
        for (long due = System.nanoTime(); going; due += interval) {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            SendOutcome outcome = sender.send("b", body).get();
            if (!(outcome instanceof SendOutcome.Sent)) {
                throw new IOException("not sent: " + outcome);
            }
            sent++;
            if (!delivered.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("not delivered: message " + sent);
            }
        }
    }

    /** Ends sending; returns how many messages were sent in all. */
    long stop() throws Exception {
        going = false;
        if (thread != null) {
            thread.join();
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        if (delivered.availablePermits() > 0) {
            throw new IOException(delivered.availablePermits() + " deliveries too many");
        }
        return sent;
    }

    @Override
    public void close() {
        going = false;
        sender.close();
        receiver.close();
    }
}
