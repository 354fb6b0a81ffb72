package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Hooks whose clients are fakes of the test. */
public final class ScriptedHooks implements HookExecution.Sink {
    /** Three calls, 20 ms and 40 ms between them. */
    public static final Retry THREE = new Retry(3, Duration.ofMillis(20), 2, Duration.ofSeconds(1), false);

    private final Map<String, FakeHookClient> clients = new ConcurrentHashMap<>();
    private final List<HookDefinition> definitions = new ArrayList<>();
    public final HookRegistry registry = new HookRegistry(this::client, this);

    /** What was recorded of calls. */
    public final List<HookExecution> executions = new CopyOnWriteArrayList<>();

    @Override
    public void executed(HookExecution execution) {
        executions.add(execution);
    }

    @Override
    public void logged(String tenant, String messageId, String messageType, String traceId) {}

    @Override
    public void registered(String tenant, String hook, LongSupplier circuit) {}

    @Override
    public void rolledBack(String tenant, HookDefinition version, String cause) {
        throw new AssertionError("no canaries here");
    }

    private FakeHookClient client(HookDefinition definition) {
        // a tenant's hooks of one name, at different points, are one
        return clients.computeIfAbsent(definition.target().toString(), target -> new FakeHookClient());
    }

    /** Adds a hook of one tenant, by default of three attempts, notified at least once. */
    public FakeHookClient add(HookPoint point, String name, String tenant) {
        return add(of(point, name, tenant, THREE, Guarantee.AT_LEAST_ONCE, Mode.ENFORCE));
    }

    /** Adds a hook. */
    public FakeHookClient add(HookDefinition definition) {
        synchronized (definitions) {
            definitions.add(definition);
            registry.apply(definitions);
        }
        return client(definition);
    }

    /** Takes a tenant's hooks of this name away. */
    public void remove(String name, String tenant) {
        synchronized (definitions) {
            definitions.removeIf(definition -> definition.name().equals(name)
                    && definition.match().tenants().contains(tenant));
            registry.apply(definitions);
        }
    }

    /** A hook of one tenant. */
    public static HookDefinition of(
            HookPoint point, String name, String tenant, Retry retry, Guarantee guarantee, Mode mode) {
        return of(point, name, tenant, retry, guarantee, mode, HookPolicy.DEFAULTS.concurrencyLimit());
    }

    /** A hook of one tenant with so many calls at one time. */
    public static HookDefinition of(
            HookPoint point, String name, String tenant, Retry retry, Guarantee guarantee, Mode mode, int limit) {
        HookPolicy usual = HookPolicy.DEFAULTS;
        return new HookDefinition(
                point,
                name,
                SemanticVersion.FIRST,
                10,
                new Match(Set.of(tenant), Set.of(), Set.of(), Set.of()),
                Rollout.ALL,
                mode,
                new Target.Local(tenant + "." + name, Map.of()),
                new HookPolicy(Duration.ofSeconds(30), limit, 0, usual.onFailure(), usual.breaker()),
                retry,
                guarantee);
    }
}
