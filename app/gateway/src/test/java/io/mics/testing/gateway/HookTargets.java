package io.mics.testing.gateway;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.FakeAnswers;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import io.mics.sdk.plugin.HookContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Hook targets that are nowhere: they allow everything, but for those made to fail. */
public final class HookTargets implements HookClientFactory {
    /** Nobody looks at what becomes of calls. */
    public static final HookExecution.Sink UNRECORDED = new HookExecution.Sink() {
        @Override
        public void executed(HookExecution execution) {}

        @Override
        public void logged(String tenant, String messageId, String messageType, String traceId) {}

        @Override
        public void registered(String tenant, String hook, LongSupplier circuit) {}

        @Override
        public void rolledBack(String tenant, HookDefinition version, String cause) {}
    };

    private final Map<String, HookResponse.Failed<?>> failing = new ConcurrentHashMap<>();

    private volatile Probing probing = deadline -> {};

    /** What happens while a target is probed. */
    public interface Probing {
        void until(Deadline deadline) throws InterruptedException;
    }

    /** The hooks opened so far, and those of them that are closed. */
    public final List<HookDefinition> opened = new CopyOnWriteArrayList<>();

    public final List<HookDefinition> closed = new CopyOnWriteArrayList<>();

    /** A registry that reaches its hooks here. */
    public HookRegistry registry() {
        return new HookRegistry(this, UNRECORDED);
    }

    /** Every call of this hook fails from now on. */
    public HookTargets fails(String hook, HookResponse.Kind kind, String cause) {
        failing.put(hook, new HookResponse.Failed<>(kind, cause));
        return this;
    }

    /** Lets this happen during every probe from now on. */
    public HookTargets probing(Probing during) {
        probing = during;
        return this;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        opened.add(definition);
        return new Nowhere(definition);
    }

    private final class Nowhere implements HookClient {
        private final HookDefinition definition;

        Nowhere(HookDefinition definition) {
            this.definition = definition;
        }

        @Override
        public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline) {
            HookResponse.Failed<?> failed = failing.get(definition.name());
            return failed == null
                    ? new FakeAnswers().responseTo(request)
                    : new HookResponse.Failed<>(failed.kind(), failed.cause());
        }

        @Override
        public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
            probing.until(deadline);
            HookResponse.Failed<?> failed = failing.get(definition.name());
            return failed == null
                    ? new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED)
                    : new HookResponse.Failed<>(failed.kind(), failed.cause());
        }

        @Override
        public void close() {
            closed.add(definition);
        }
    }
}
