package io.mics.routing.redis;

import io.mics.redis.Answer;
import io.mics.redis.Call;
import io.mics.redis.Outcome;
import io.mics.redis.Redis;
import io.mics.redis.RedisKeys;
import io.mics.redis.Script;
import io.mics.routing.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The places that this node's connections hold in their tenants. Redis keeps a number per start of a node; which
 * connections make it up is known here only, so that the number can be said again after Redis lost it. What is said is
 * never too low: it is taken only while nothing changes, which Redis itself checks.
 */
final class RedisPlaces {
    private static final int SAYINGS = 5;
    private static final long UNKNOWN = -1;

    private final Redis redis;
    private final String nodeLease;
    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();

    /** What came of asking for a place. */
    enum Admission {
        ADMITTED,
        FULL,
        UNAVAILABLE
    }

    /** Whether Redis counted a connection when it came. */
    private enum Held {
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

    private static final class Tally {
        final Map<Long, Held> held = new ConcurrentHashMap<>();
        final AtomicInteger changing = new AtomicInteger();
        volatile long changes = UNKNOWN;
    }

    RedisPlaces(Redis redis, Duration nodeLease) {
        this.redis = redis;
        this.nodeLease = Long.toString(nodeLease.toMillis());
    }

    /** Takes a free place, of {@code limit} in all. */
    Admission take(Route route, int limit, List<String> dead) {
        return admit(route, limit, "", dead);
    }

    /** Takes the place of the same device's connection elsewhere. */
    Admission takeFrom(Route replaced, Route route, List<String> dead) {
        if (!Key.of(replaced).equals(Key.of(route))) {
            return admit(route, 0, Long.toString(replaced.node().epoch()), dead);
        }
        Tally tally = changing(Key.of(route), 1);
        Held held = tally.held.getOrDefault(replaced.connection(), Held.UNCERTAIN);
        tally.held.put(route.connection(), held);
        tally.held.remove(replaced.connection());
        tally.changing.decrementAndGet();
        return Admission.ADMITTED;
    }

    /** Counts a connection of a tenant without a limit. */
    void count(Route route) {
        changing(Key.of(route), 0).held.put(route.connection(), Held.UNLIMITED);
    }

    /** Counts a connection that is kept although Redis is away. */
    void countUncertain(Route route) {
        changing(Key.of(route), 0).held.put(route.connection(), Held.UNCERTAIN);
    }

    private Admission admit(Route route, int limit, String from, List<String> dead) {
        Key key = Key.of(route);
        Tally tally = changing(key, 1);
        try {
            List<String> arguments = new ArrayList<>(List.of(
                    Long.toString(key.epoch()),
                    Integer.toString(limit),
                    nodeLease,
                    from,
                    Integer.toString(tally.held.size())));
            arguments.addAll(dead);
            String hash = RedisKeys.connections(key.tenant());
            return switch (redis.evaluate(new Call(Script.ADMIT_CONNECTION, List.of(hash), arguments))) {
                case Outcome.Got<Answer> got -> {
                    Answer answer = got.value();
                    tally.changes = answer.number(1);
                    if (answer.number(0) == 0) {
                        yield Admission.FULL;
                    }
                    tally.held.put(route.connection(), Held.COUNTED);
                    yield Admission.ADMITTED;
                }
                case Outcome.Away<Answer> away -> {
                    tally.held.put(route.connection(), Held.UNCERTAIN);
                    yield Admission.UNAVAILABLE;
                }
            };
        } finally {
            tally.changing.decrementAndGet();
        }
    }

    /** Gives a place back; {@code removed} is whether the route was still the device's. */
    void release(Route route, boolean removed) {
        Key key = Key.of(route);
        Tally tally = changing(key, 1);
        boolean said = false;
        try {
            Held held = tally.held.get(route.connection());
            said = held == null || held == Held.UNLIMITED;
            if (held == Held.COUNTED && removed) {
                Call call = Call.of(
                        Script.RELEASE_CONNECTION, RedisKeys.connections(key.tenant()), Long.toString(key.epoch()));
                if (redis.evaluate(call) instanceof Outcome.Got<Answer> got) {
                    tally.changes = got.value().number(0);
                    said = true;
                }
            }
            tally.held.remove(route.connection());
        } finally {
            tally.changing.decrementAndGet();
        }
        if (!said) {
            say(key, tally);
        }
    }

    /** Says all numbers of one start of a node again, and forgets those that are zero. */
    void sayAll(long epoch) {
        tallies.forEach((key, tally) -> {
            if (key.epoch() == epoch) {
                say(key, tally);
                tallies.computeIfPresent(
                        key, (same, now) -> now.held.isEmpty() && now.changing.get() == 0 ? null : now);
            }
        });
    }

    /** The tally, for somebody who is about to change what it holds. */
    private Tally changing(Key key, int changes) {
        return tallies.compute(key, (same, known) -> {
            Tally tally = known == null ? new Tally() : known;
            tally.changing.addAndGet(changes);
            return tally;
        });
    }

    private void say(Key key, Tally tally) {
        boolean said = false;
        for (int tries = 0; tries < SAYINGS && !said; tries++) {
            long of = tally.changes;
            int held = tally.held.size();
            Call call = Call.of(
                    Script.COUNT_CONNECTIONS,
                    RedisKeys.connections(key.tenant()),
                    Long.toString(key.epoch()),
                    Integer.toString(held),
                    Long.toString(tally.changing.get() == 0 ? of : UNKNOWN),
                    nodeLease);
            if (!(redis.evaluate(call) instanceof Outcome.Got<Answer> got)) {
                return;
            }
            tally.changes = got.value().number(1);
            said = got.value().number(0) == 1 && held == tally.held.size();
        }
    }
}
