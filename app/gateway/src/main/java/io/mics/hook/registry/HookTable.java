package io.mics.hook.registry;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookGate;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** All hooks as they stand; never changed. Which hooks match a kind of message is worked out once. */
final class HookTable {
    static final HookTable EMPTY = new HookTable(List.of(), Map.of(), (tenant, definition) -> {
        throw new IllegalStateException("an empty table has no hook");
    });

    private static final Comparator<HookDefinition> NEWEST_FIRST =
            Comparator.comparing(HookDefinition::version).reversed();

    private final List<HookDefinition> definitions;
    private final Map<HookDefinition, HookClient> clients;
    private final BiFunction<String, HookDefinition, HookGate> gates;
    private final Set<HookPoint> points = EnumSet.noneOf(HookPoint.class);
    private final Set<String> messageTypes = new HashSet<>();
    private final Map<Kind, Matched> matched = new ConcurrentHashMap<>();

    /**
     * Messages that match the same hooks, roll-outs by user apart.
     *
     * @param messageType empty when no hook asks for it by name: clients make up types, and those all match the same
     */
    private record Kind(HookPoint point, String tenant, String businessType, String sessionType, String messageType) {}

    /** The versions of one hook that match a kind of message, newest first. */
    private record Versions(List<BoundHook> hooks) {
        boolean isForEverybody() {
            return !hooks.getFirst().definition().rollout().isPartial();
        }

        /** The version for one user; where it is a canary, with the version that stands in for it. */
        Optional<BoundHook> of(MatchInput input) {
            Optional<BoundHook> chosen = Optional.empty();
            for (BoundHook hook : hooks.reversed()) {
                if (hook.isFor(input)) {
                    boolean canary = hook.definition().rollout().isPartial();
                    chosen = Optional.of(canary ? hook.before(chosen) : hook);
                }
            }
            return chosen;
        }
    }

    /** The hooks that match a kind of message; {@code always} when no roll-out depends on the user. */
    private record Matched(List<Versions> hooks, Optional<List<BoundHook>> always) {
        static Matched of(List<Versions> hooks) {
            return new Matched(
                    hooks,
                    hooks.stream().allMatch(Versions::isForEverybody)
                            ? Optional.of(hooks.stream()
                                    .map(h -> h.hooks().getFirst())
                                    .toList())
                            : Optional.empty());
        }

        List<BoundHook> by(MatchInput input) {
            return always.orElseGet(
                    () -> hooks.stream().flatMap(h -> h.of(input).stream()).toList());
        }
    }

    HookTable(
            List<HookDefinition> definitions,
            Map<HookDefinition, HookClient> clients,
            BiFunction<String, HookDefinition, HookGate> gates) {
        this.definitions = List.copyOf(definitions);
        definitions.forEach(definition -> {
            points.add(definition.point());
            messageTypes.addAll(definition.match().messageTypes());
        });
        this.clients = Map.copyOf(clients);
        this.gates = gates;
    }

    List<HookDefinition> definitions() {
        return definitions;
    }

    /** Every client with the longest time a call of it may take. */
    Map<HookClient, Duration> clients() {
        Map<HookClient, Duration> all = new HashMap<>();
        clients.forEach((definition, client) ->
                all.merge(client, definition.policy().timeout(), (a, b) -> a.compareTo(b) >= 0 ? a : b));
        return all;
    }

    /** The client that serves {@code definition} already. */
    Optional<HookClient> clientFor(HookDefinition definition) {
        return clientFor(definition, clients);
    }

    /**
     * The client among {@code clients} that serves {@code definition} too: the same hook at the same target. A plugin
     * has as many threads as its limit says, so another limit is another instance.
     */
    static Optional<HookClient> clientFor(HookDefinition definition, Map<HookDefinition, HookClient> clients) {
        return clients.entrySet().stream()
                .filter(entry -> entry.getKey().point() == definition.point()
                        && entry.getKey().id().equals(definition.id())
                        && entry.getKey().target().equals(definition.target())
                        && hasRoomFor(entry.getKey(), definition))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean hasRoomFor(HookDefinition served, HookDefinition definition) {
        return !(definition.target() instanceof Target.Local)
                || served.policy().concurrencyLimit() == definition.policy().concurrencyLimit();
    }

    boolean has(HookPoint point) {
        return points.contains(point);
    }

    List<BoundHook> boundHooks(HookPoint point, MatchInput input) {
        if (!has(point)) {
            return List.of();
        }
        String messageType = messageTypes.contains(input.messageType()) ? input.messageType() : "";
        Kind kind = new Kind(point, input.tenant(), input.businessType(), input.sessionType(), messageType);
        Matched known = matched.get(kind);
        return (known != null ? known : matched.computeIfAbsent(kind, k -> Matched.of(find(k, input)))).by(input);
    }

    /** Forgets which hooks match a tenant's messages. */
    void forget(String tenant) {
        matched.keySet().removeIf(kind -> kind.tenant().equals(tenant));
    }

    /** Ascending by the priority of each hook's newest version; of equal priority in the order of the file. */
    private List<Versions> find(Kind kind, MatchInput input) {
        Map<String, List<HookDefinition>> byName = new LinkedHashMap<>();
        definitions.stream()
                .filter(definition -> definition.point() == kind.point())
                .filter(definition -> definition.match().accepts(input))
                .forEach(definition -> byName.computeIfAbsent(definition.name(), name -> new ArrayList<>())
                        .add(definition));
        return byName.values().stream()
                .map(versions -> versions.stream().sorted(NEWEST_FIRST).toList())
                .sorted(Comparator.comparingInt(versions -> versions.getFirst().priority()))
                .map(versions -> new Versions(
                        versions.stream().map(version -> bind(kind, version)).toList()))
                .toList();
    }

    @SuppressWarnings("NullAway") // every definition has its client
    private BoundHook bind(Kind kind, HookDefinition definition) {
        return new BoundHook(definition, clients.get(definition), gates.apply(kind.tenant(), definition));
    }
}
