package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Fault.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/**
 * What is done to a cluster, and when: every kind once in a random order, then again in another, and each
 * kind to each node in turn. Decided by a seed.
 */
public final class FaultPlan {
    /** What can be done to one node without Redis. */
    static final Set<Kind> ONE_NODE =
            Set.copyOf(EnumSet.of(Kind.KILL, Kind.RESTART, Kind.CLIENTS_CUT, Kind.CLIENTS_DELAY));
    /** Everything that a cluster without a database can suffer. */
    static final Set<Kind> ALL = Set.copyOf(EnumSet.complementOf(EnumSet.of(
            Kind.NODE_STOP,
            Kind.NODE_FREEZE,
            Kind.DATABASE_KILL,
            Kind.DATABASE_STOP,
            Kind.KAFKA_KILL,
            Kind.KAFKA_STOP)));

    private static final Set<Kind> OF_NOBODY =
            EnumSet.of(Kind.REDIS_STOP, Kind.DATABASE_KILL, Kind.DATABASE_STOP, Kind.KAFKA_KILL, Kind.KAFKA_STOP);

    private static final Duration CALM = Duration.ofSeconds(3);

    /**
     * One thing to do.
     *
     * @param calm  how long nothing is done before
     * @param lasts how long it is done, where that can be chosen
     * @param node  to which; Redis, Kafka and the database are nobody's, -1
     */
    public record Step(Duration calm, Kind kind, int node, Duration lasts) {}

    private final Random random;
    private final List<Kind> kinds;
    private final int nodes;
    private final Duration calm;
    private final Queue<Kind> round = new ArrayDeque<>();
    private final Map<Kind, Integer> turns = new EnumMap<>(Kind.class);

    FaultPlan(long seed, Set<Kind> kinds, int nodes) {
        this(seed, kinds, nodes, CALM);
    }

    /**
     * A plan.
     *
     * @param calm how long nothing is done between two things, at least; a second more at most
     */
    public FaultPlan(long seed, Set<Kind> kinds, int nodes, Duration calm) {
        this.calm = calm;
        this.random = new Random(seed);
        this.kinds = kinds.stream().sorted().toList();
        this.nodes = nodes;
    }

    public Step next() {
        if (round.isEmpty()) {
            List<Kind> shuffled = new ArrayList<>(kinds);
            Collections.shuffle(shuffled, random);
            round.addAll(shuffled);
        }
        Kind kind = round.remove();
        return new Step(
                calm.plusMillis(random.nextInt(1000)),
                kind,
                OF_NOBODY.contains(kind) ? -1 : nextNode(kind),
                Duration.ofMillis(500 + random.nextInt(1500)));
    }

    private int nextNode(Kind kind) {
        return turns.merge(kind, 1, (turn, one) -> (turn + one) % nodes) % nodes;
    }
}
