package io.mics.routing.redis;

import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.routing.directory.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What this node's connections take of their tenants' quotas. Redis keeps a count per start of a node; which
 * connections make it up is known here only, so that the count can be reported again after Redis lost it. What is
 * reported is never too low: it is accepted only while nothing changes, which Redis itself checks.
 *
 * <p>Redis checks that by a counter of changes; until then the count is too high. A limit set on a tenant that had
 * none is exact after one renewal.
 */
final class RedisConnectionQuota {
    private static final int REPORT_ATTEMPTS = 5;
    private static final long UNKNOWN = -1;

    private final Redis redis;
    private final String nodeLease;
    private final Map<Key, NodeCount> counts = new ConcurrentHashMap<>();

    /** What came of asking for a connection's share of the quota. */
    enum Admission {
        ADMITTED,
        FULL,
        UNAVAILABLE
    }

    /** Whether Redis counted a connection when it came. */
    private enum Admitted {
        COUNTED,
        /** Redis was away. */
        UNCERTAIN,
        /** The tenant had no limit. */
        UNLIMITED
    }

    private record Key(String tenant, long epoch) {
        static Key of(Route route) {
            return new Key(route.tenant(), route.node().epoch());
        }
    }

    private static final class NodeCount {
        final Map<Long, Admitted> connections = new ConcurrentHashMap<>();
        final AtomicInteger changing = new AtomicInteger();
        volatile long changes = UNKNOWN;
    }

    RedisConnectionQuota(Redis redis, Duration nodeLease) {
        this.redis = redis;
        this.nodeLease = Long.toString(nodeLease.toMillis());
    }

    /** Takes one of the {@code limit} connections there may be. */
    Admission take(Route route, int limit, List<String> dead) {
        return admit(route, limit, "", dead);
    }

    /** Takes over the share of the same device's connection elsewhere. */
    Admission takeFrom(Route replaced, Route route, List<String> dead) {
        if (!Key.of(replaced).equals(Key.of(route))) {
            return admit(route, 0, Long.toString(replaced.node().epoch()), dead);
        }
        NodeCount count = changing(Key.of(route), 1);
        Admitted admitted = count.connections.getOrDefault(replaced.connection(), Admitted.UNCERTAIN);
        count.connections.put(route.connection(), admitted);
        count.connections.remove(replaced.connection());
        count.changing.decrementAndGet();
        return Admission.ADMITTED;
    }

    /** Counts a connection of a tenant without a limit. */
    void count(Route route) {
        changing(Key.of(route), 0).connections.put(route.connection(), Admitted.UNLIMITED);
    }

    /** Counts a connection that is admitted although Redis is unavailable. */
    void countUncertain(Route route) {
        changing(Key.of(route), 0).connections.put(route.connection(), Admitted.UNCERTAIN);
    }

    private Admission admit(Route route, int limit, String from, List<String> dead) {
        Key key = Key.of(route);
        NodeCount count = changing(key, 1);
        try {
            List<String> arguments = new ArrayList<>(List.of(
                    Long.toString(key.epoch()),
                    Integer.toString(limit),
                    nodeLease,
                    from,
                    Integer.toString(count.connections.size())));
            arguments.addAll(dead);
            String hash = DirectoryKeys.connections(key.tenant());
            return switch (redis.evaluate(new Call(DirectoryScripts.ADMIT_CONNECTION, List.of(hash), arguments))) {
                case RedisOutcome.Value<RedisReply> value -> {
                    RedisReply reply = value.value();
                    count.changes = reply.number(1);
                    if (reply.number(0) == 0) {
                        yield Admission.FULL;
                    }
                    count.connections.put(route.connection(), Admitted.COUNTED);
                    yield Admission.ADMITTED;
                }
                case RedisOutcome.Unavailable<RedisReply> unavailable -> {
                    count.connections.put(route.connection(), Admitted.UNCERTAIN);
                    yield Admission.UNAVAILABLE;
                }
            };
        } finally {
            count.changing.decrementAndGet();
        }
    }

    /** Gives a connection's share back; {@code removed} is whether the route was still the device's. */
    void release(Route route, boolean removed) {
        Key key = Key.of(route);
        NodeCount count = changing(key, 1);
        boolean reported = false;
        try {
            Admitted admitted = count.connections.get(route.connection());
            reported = admitted == null || admitted == Admitted.UNLIMITED;
            if (admitted == Admitted.COUNTED && removed) {
                Call call = Call.of(
                        DirectoryScripts.RELEASE_CONNECTION,
                        DirectoryKeys.connections(key.tenant()),
                        Long.toString(key.epoch()));
                if (redis.evaluate(call) instanceof RedisOutcome.Value<RedisReply> value) {
                    count.changes = value.value().number(0);
                    reported = true;
                }
            }
            count.connections.remove(route.connection());
        } finally {
            count.changing.decrementAndGet();
        }
        if (!reported) {
            report(key, count);
        }
    }

    /** Reports all counts of one start of a node again, and forgets those that are zero. */
    void reportAll(long epoch) {
        counts.forEach((key, count) -> {
            if (key.epoch() == epoch) {
                report(key, count);
                counts.computeIfPresent(
                        key, (same, now) -> now.connections.isEmpty() && now.changing.get() == 0 ? null : now);
            }
        });
    }

    /** The count, for somebody who is about to change it. */
    private NodeCount changing(Key key, int changes) {
        return counts.compute(key, (same, known) -> {
            NodeCount count = known == null ? new NodeCount() : known;
            count.changing.addAndGet(changes);
            return count;
        });
    }

    private void report(Key key, NodeCount count) {
        boolean reported = false;
        for (int tries = 0; tries < REPORT_ATTEMPTS && !reported; tries++) {
            long of = count.changes;
            int connections = count.connections.size();
            Call call = Call.of(
                    DirectoryScripts.COUNT_CONNECTIONS,
                    DirectoryKeys.connections(key.tenant()),
                    Long.toString(key.epoch()),
                    Integer.toString(connections),
                    Long.toString(count.changing.get() == 0 ? of : UNKNOWN),
                    nodeLease);
            if (!(redis.evaluate(call) instanceof RedisOutcome.Value<RedisReply> value)) {
                return;
            }
            count.changes = value.value().number(1);
            reported = value.value().number(0) == 1 && connections == count.connections.size();
        }
    }
}
