package io.mics.hook;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** One tenant's guards and verdict counters. */
final class TenantHooks {
    static final CheckVerdict ALLOWED = new CheckVerdict.Allowed();

    private final String tenant;
    private final Metrics metrics;
    private final Map<HookOperation, HookGuard> guards = new EnumMap<>(HookOperation.class);
    private final Counter allowed;
    private final Counter denied;
    private final Counter degraded;

    TenantHooks(String tenant, Metrics metrics) {
        this.tenant = tenant;
        this.metrics = metrics;
        for (HookOperation operation : HookOperation.values()) {
            guards.put(operation, new HookGuard(tenant, operation, metrics));
        }
        allowed = metrics.counter(Metric.HOOK_CHECK_MESSAGE, tenant, "allow");
        denied = metrics.counter(Metric.HOOK_CHECK_MESSAGE, tenant, "deny");
        degraded = metrics.counter(Metric.HOOK_CHECK_MESSAGE, tenant, "degraded");
    }

    HookGuard guard(HookOperation operation) {
        return Objects.requireNonNull(guards.get(operation));
    }

    void count(CheckVerdict verdict) {
        switch (verdict) {
            case CheckVerdict.Allowed a -> allowed.increment();
            case CheckVerdict.Denied d -> denied.increment();
            case CheckVerdict.Degraded d -> degraded.increment();
        }
    }

    void count(Metric metric, HookReply<?> reply) {
        String result = reply instanceof HookReply.Failed<?> failed ? failed.result().label() : HookResult.OK.label();
        metrics.counter(metric, tenant, result).increment();
    }
}
