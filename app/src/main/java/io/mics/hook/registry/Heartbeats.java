package io.mics.hook.registry;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.tenant.Tenant;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tells heartbeat hooks of their share of heartbeats. Whoever brings one never waits: each call has a virtual thread of
 * its own, so that a hook that hangs holds nobody else's back. At most {@value #PER_TENANT} calls of a tenant and
 * {@value #IN_ALL} of all tenants are under way; what comes then is dropped and counted.
 */
public final class Heartbeats {
    static final int PER_TENANT = 64;
    static final int IN_ALL = 1_024;

    private final HookRegistry registry;
    private final HookExecution.Sink record;
    private final Metrics metrics;
    private final Semaphore places = new Semaphore(IN_ALL);
    private final Map<String, Semaphore> placesOfTenant = new ConcurrentHashMap<>();

    /** Tells the hooks of {@code registry}; {@code record} is told of every call. */
    public Heartbeats(HookRegistry registry, HookExecution.Sink record, Metrics metrics) {
        this.registry = registry;
        this.record = record;
        this.metrics = metrics;
    }

    /** A device has said that it is there. */
    public void beat(Tenant tenant, String user, String device, String traceId) {
        if (!registry.has(HookPoint.HEARTBEAT)) {
            return;
        }
        for (BoundHook hook : registry.boundHooks(HookPoint.HEARTBEAT, ConnectionContext.matchInput(tenant, user))) {
            if (ThreadLocalRandom.current().nextDouble() < hook.definition().sample()) {
                tell(ConnectionContext.of(HookPoint.HEARTBEAT, tenant, user, device, traceId), hook);
            }
        }
    }

    private void tell(ConnectionContext connection, BoundHook hook) {
        String tenant = connection.tenant().id();
        Semaphore own = placesOfTenant.computeIfAbsent(tenant, id -> new Semaphore(PER_TENANT));
        if (!own.tryAcquire()) {
            dropped(tenant);
        } else if (!places.tryAcquire()) {
            own.release();
            dropped(tenant);
        } else {
            HeartbeatEvent heartbeat = new HeartbeatEvent(connection.user(), connection.device(), Instant.now());
            Thread.ofVirtual().name("heartbeat-hook").start(() -> {
                try {
                    VersionedResponse.of(hook, asked -> call(connection, asked, heartbeat));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    places.release();
                    own.release();
                }
            });
        }
    }

    private HookResponse<HookClient.Taken> call(ConnectionContext connection, BoundHook hook, HeartbeatEvent heartbeat)
            throws InterruptedException {
        long start = System.nanoTime();
        HookResponse<HookClient.Taken> response = hook.heartbeat(connection.context(hook.definition()), heartbeat);
        record.executed(connection.execution(hook.definition(), response, "ok", "", start));
        return response;
    }

    private void dropped(String tenant) {
        metrics.counter(Metric.HOOK_NOTICES_DROPPED, tenant, HookPoint.HEARTBEAT.label(), "queue_full")
                .increment();
    }

    /** Forgets a tenant; its calls under way go on. */
    public void forget(String tenant) {
        placesOfTenant.remove(tenant);
    }
}
