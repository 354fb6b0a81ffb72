package io.mics.hook.registry;

import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HeartbeatRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.LogoutRequest;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.LogoutEvent;
import io.mics.tenant.Tenant;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Notifies hooks of what happens in the life of connections: of their share of heartbeats, and of ends of sessions.
 * The caller never waits: each call has a virtual thread of its own, so that a hook that hangs delays nobody else's. At
 * most {@value #PER_TENANT} calls of a tenant and {@value #IN_ALL} of all tenants are in flight; what comes then is
 * dropped and counted.
 *
 * <p>One worker for all would be held by a hook that hangs for the length of its time-out, and every tenant's samples
 * with it.
 */
public final class ConnectionNotifier {
    static final int PER_TENANT = 64;
    static final int IN_ALL = 1_024;

    private final HookRegistry registry;
    private final HookExecution.Sink record;
    private final Metrics.PerTenant<Counter> heartbeatsDropped;
    private final Metrics.PerTenant<Counter> logoutsDropped;
    private final Semaphore permits = new Semaphore(IN_ALL);
    private final Map<String, Semaphore> permitsOfTenant = new ConcurrentHashMap<>();

    /** Notifies the hooks of {@code registry}; {@code record} is given every call. */
    public ConnectionNotifier(HookRegistry registry, HookExecution.Sink record, Metrics metrics) {
        this.registry = registry;
        this.record = record;
        this.heartbeatsDropped = dropped(metrics, HookPoint.HEARTBEAT);
        this.logoutsDropped = dropped(metrics, HookPoint.LOGOUT);
    }

    private static Metrics.PerTenant<Counter> dropped(Metrics metrics, HookPoint point) {
        return metrics.perTenant(
                tenant -> metrics.counter(Metric.HOOK_NOTICES_DROPPED, tenant, point.label(), "queue_full"));
    }

    /** A device has shown that it is there. */
    public void heartbeat(Tenant tenant, String user, String device, String traceId) {
        if (registry.has(HookPoint.HEARTBEAT)) {
            notify(
                    tenant,
                    user,
                    device,
                    traceId,
                    new HeartbeatRequest(new HeartbeatEvent(user, device, Instant.now())));
        }
    }

    /** A session has ended; {@code closeCode} as its WebSocket was closed. */
    public void logout(Tenant tenant, String user, String device, String traceId, int closeCode) {
        if (registry.has(HookPoint.LOGOUT)) {
            LogoutEvent logout = new LogoutEvent(user, device, closeCode, Instant.now());
            notify(tenant, user, device, traceId, new LogoutRequest(logout));
        }
    }

    private void notify(Tenant tenant, String user, String device, String traceId, HookRequest<Acknowledged> request) {
        for (BoundHook hook : registry.boundHooks(request.point(), ConnectionContext.matchInput(tenant, user))) {
            if (ThreadLocalRandom.current().nextDouble() < hook.definition().sample()) {
                start(ConnectionContext.of(request.point(), tenant, user, device, traceId), hook, request);
            }
        }
    }

    private void start(ConnectionContext connection, BoundHook hook, HookRequest<Acknowledged> request) {
        String tenant = connection.tenant().id();
        Semaphore own = permitsOfTenant.computeIfAbsent(tenant, id -> new Semaphore(PER_TENANT));
        if (!own.tryAcquire()) {
            dropped(connection);
        } else if (!permits.tryAcquire()) {
            own.release();
            dropped(connection);
        } else {
            Thread.ofVirtual().name(request.point().label() + "-hook").start(() -> {
                try {
                    VersionedResponse.of(hook, asked -> call(connection, asked, request));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    permits.release();
                    own.release();
                }
            });
        }
    }

    private HookResponse<Acknowledged> call(
            ConnectionContext connection, BoundHook hook, HookRequest<Acknowledged> request)
            throws InterruptedException {
        long start = System.nanoTime();
        HookResponse<Acknowledged> response = hook.call(connection.context(hook.definition()), request);
        record.executed(connection.execution(hook.definition(), response, "ok", "", start));
        return response;
    }

    private void dropped(ConnectionContext connection) {
        (connection.point() == HookPoint.HEARTBEAT ? heartbeatsDropped : logoutsDropped)
                .of(connection.tenant().id())
                .increment();
    }

    /** Forgets a tenant; its calls in flight go on. */
    public void forget(String tenant) {
        permitsOfTenant.remove(tenant);
    }
}
