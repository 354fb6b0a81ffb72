package io.mics.hook.registry;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookGate;
import io.mics.hook.policy.HookHealth;
import io.mics.hook.policy.MatchInput;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The hooks of every tenant. Its table is swapped whole: a message that has begun on one table ends on it. Permits,
 * breakers and health outlive a swap where name and version stay.
 */
public final class HookRegistry implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final HookClientFactory clients;
    private final HookExecution.Sink record;
    private final ReentrantLock applying = new ReentrantLock();
    private final Map<GateKey, HookGate> gates = new ConcurrentHashMap<>();
    private volatile HookTable table = HookTable.EMPTY;

    private record GateKey(String tenant, HookPoint point, String hook) {}

    /** No hooks yet; {@code clients} reach those to come, {@code record} gets what becomes of canaries. */
    public HookRegistry(HookClientFactory clients, HookExecution.Sink record) {
        this.clients = clients;
        this.record = record;
    }

    /**
     * Replaces all hooks at once. Clients whose target stays the same stay open, the others close once calls have
     * ended.
     */
    public void apply(List<HookDefinition> definitions) {
        applying.lock();
        try {
            HookTable before = table;
            Map<HookDefinition, HookClient> opened = new HashMap<>();
            Map<HookClient, Duration> closing = before.clients();
            for (HookDefinition definition : definitions) {
                HookClient client = before.clientFor(definition)
                        .or(() -> HookTable.clientFor(definition, opened))
                        .orElseGet(() -> clients.open(definition));
                closing.remove(client);
                opened.put(definition, client);
            }
            table = new HookTable(definitions, opened, this::gate);
            gates.keySet()
                    .removeIf(key ->
                            definitions.stream().noneMatch(d -> d.point() == key.point() && d.id().equals(key.hook())));
            closing.forEach(HookRegistry::closeLater);
        } finally {
            applying.unlock();
        }
    }

    private HookGate gate(String tenant, HookDefinition definition) {
        HookGate gate = gates.computeIfAbsent(
                new GateKey(tenant, definition.point(), definition.id()), key -> newGate(tenant, definition));
        gate.follow(definition);
        return gate;
    }

    private HookGate newGate(String tenant, HookDefinition definition) {
        record.registered(tenant, definition.name(), () -> circuit(tenant, definition.name()));
        return new HookGate(definition, (version, cause) -> record.rolledBack(tenant, version, cause));
    }

    /** The worst breaker of a tenant's hooks of this name: its versions, and the points it joins. */
    private long circuit(String tenant, String hook) {
        return definitions().stream()
                .filter(definition -> definition.name().equals(hook))
                .map(definition -> gates.get(new GateKey(tenant, definition.point(), definition.id())))
                .filter(Objects::nonNull)
                .mapToLong(gate -> gate.health().circuit())
                .max()
                .orElse(0);
    }

    /** The hooks that match at {@code point}, one version of each, in the order they are called. */
    public List<BoundHook> boundHooks(HookPoint point, MatchInput input) {
        return table.boundHooks(point, input);
    }

    /** Whether any tenant has a hook at {@code point}. */
    public boolean has(HookPoint point) {
        return table.has(point);
    }

    /** Every effective hook, in the order of the configuration. */
    public List<HookDefinition> definitions() {
        return table.definitions();
    }

    /** How a hook is for a tenant. */
    public HookHealth health(String tenant, HookDefinition definition) {
        return gate(tenant, definition).health();
    }

    /** How a hook is, for every tenant for which it was called. */
    public Map<String, HookHealth> healthByTenant(HookDefinition definition) {
        Map<String, HookHealth> all = new TreeMap<>();
        gates.forEach((key, gate) -> {
            if (key.point() == definition.point()
                    && key.hook().equals(definition.id())
                    && definition.match().mayBeFor(key.tenant())) {
                all.put(key.tenant(), gate.health());
            }
        });
        return all;
    }

    /** Takes a suspended hook back into service for a tenant; whether it was suspended. */
    public boolean resume(String tenant, HookDefinition definition) {
        HookHealth health = health(tenant, definition);
        boolean suspended = health.isSuspended();
        health.resume();
        return suspended;
    }

    /** Forgets what a tenant's calls have come to. */
    public void forget(String tenant) {
        table.forget(tenant);
        gates.keySet().removeIf(key -> key.tenant().equals(tenant));
    }

    private static void closeLater(HookClient client, Duration timeout) {
        Thread.ofVirtual().name("hook-close").start(() -> {
            try {
                Thread.sleep(timeout.plus(GRACE));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            client.close();
        });
    }

    @Override
    public void close() {
        HookTable last = table;
        table = HookTable.EMPTY;
        last.clients().keySet().forEach(client -> Objects.requireNonNull(client).close());
    }
}
