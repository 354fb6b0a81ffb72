package io.mics.hook.registry;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.MatchInput;
import io.mics.observe.TraceId;
import io.mics.sdk.plugin.HookContext;
import io.mics.tenant.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A connection, and what hooks are given of it.
 *
 * @param point   where in its life it is
 * @param tenant  whose it is
 * @param user    who it is; empty while nobody knows
 * @param device  the device
 * @param traceId its trace
 * @param id      the same for every call about this moment of it, and for no other
 */
record ConnectionContext(HookPoint point, Tenant tenant, String user, String device, String traceId, String id) {
    static ConnectionContext of(HookPoint point, Tenant tenant, String user, String device, String traceId) {
        return new ConnectionContext(point, tenant, user, device, traceId, TraceId.create());
    }

    /** What is known when the hooks of a connection are chosen; {@code who} is its user, or its device before. */
    static MatchInput matchInput(Tenant tenant, String who) {
        return new MatchInput(tenant.id(), tenant.settings().businessType(), "", "", who);
    }

    MatchInput matchInput() {
        return matchInput(tenant, who());
    }

    private String who() {
        return user.isEmpty() ? device : user;
    }

    HookContext context(HookDefinition hook) {
        return new HookContext(
                tenant.id(),
                tenant.settings().businessType(),
                "",
                "",
                "",
                user,
                device,
                traceId,
                id,
                1,
                Instant.now().plus(hook.policy().timeout()),
                Map.of(),
                Map.of("feature_version", hook.version().toString()));
    }

    /** One call as it is recorded; {@code answer} and {@code why} say what an answer was. */
    HookExecution execution(HookDefinition hook, HookResponse<?> response, String answer, String why, long startNanos) {
        return new HookExecution(
                tenant.id(),
                point,
                hook.name(),
                hook.version().toString(),
                hook.mode(),
                who(),
                "",
                "",
                traceId,
                response instanceof HookResponse.Failed<?> failed
                        ? failed.kind().label()
                        : answer,
                System.nanoTime() - startNanos,
                response instanceof HookResponse.Failed<?> failed ? failed.cause() : why,
                List.of());
    }
}
