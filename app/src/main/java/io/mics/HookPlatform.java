package io.mics;

import io.mics.hook.Hooks;
import io.mics.hook.point.HookAudit;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRecords;
import io.mics.hook.point.HookRegistry;
import io.mics.hook.point.PreSendChain;
import io.mics.message.IdempotencyKeys;
import io.mics.message.MessageSteps;
import io.mics.message.PreSend;
import io.mics.observe.MessageTrail;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.TraceId;
import java.time.Clock;

/** The hooks of a node: which there are, how each is reached, and what is recorded of their calls. */
final class HookPlatform implements AutoCloseable {
    private final MessageTrail trail;
    private final MessageSteps steps;
    private final HookAudit audit;
    private final HookRecords records;
    private final HookRegistry registry;

    /** No hooks yet; {@code clients} reach those to come. */
    HookPlatform(NodeConfig config, HookClient.Factory clients, Metrics metrics) {
        NodeConfig.Hooks hooks = config.hooks();
        trail = new MessageTrail(hooks.explainSteps(), Clock.systemUTC());
        steps = new MessageSteps(trail);
        audit = HookAudit.to(hooks.auditLog(), metrics.counter(Metric.HOOK_AUDIT_DROPPED, config.nodeId()));
        records = new HookRecords(metrics, trail, audit);
        registry = new HookRegistry(clients, records);
    }

    /** What a message passes before it is accepted. */
    PreSend preSend(NodeConfig config, Hooks backend, IdempotencyKeys keys) {
        return new PreSend(new PreSendChain(backend, registry, records, config.maxMessageBytes()), keys);
    }

    /** The names of messages towards hooks; {@code epoch} is this start of the node, 0 without a directory. */
    static IdempotencyKeys keys(long epoch) {
        return new IdempotencyKeys(epoch == 0 ? TraceId.create() : "");
    }

    HookRegistry registry() {
        return registry;
    }

    HookRecords records() {
        return records;
    }

    MessageSteps steps() {
        return steps;
    }

    MessageTrail trail() {
        return trail;
    }

    /** Forgets a tenant. */
    void forget(String tenant) {
        registry.forget(tenant);
        records.forget(tenant);
        trail.forget(tenant);
    }

    @Override
    public void close() {
        registry.close();
        audit.close();
    }
}
