package io.mics.routing.redis;

import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.routing.directory.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which users have routes on which start of a node, so that its routes are found once it is dead. May name too many,
 * and, for as long as it takes to renew, too few: what a sweep misses expires by itself.
 */
final class RedisUserIndex {
    private static final int SHARDS = 16;
    private static final int PICKED = 256;

    /** Beyond the routes' own lease, for the sweep. */
    private static final long EXTRA_MILLIS = 120_000;

    private final Redis redis;

    RedisUserIndex(Redis redis) {
        this.redis = redis;
    }

    /** The calls that note where these routes' users are. */
    static List<Call> noting(Collection<Route> routes, long leaseMillis) {
        Map<String, Set<String>> byKey = new LinkedHashMap<>();
        for (Route route : routes) {
            byKey.computeIfAbsent(key(route), key -> new LinkedHashSet<>())
                    .add(DirectoryKeys.user(route.tenant(), route.user()));
        }
        List<Call> calls = new ArrayList<>(byKey.size());
        byKey.forEach((key, users) -> {
            List<String> arguments = new ArrayList<>(users.size() + 1);
            arguments.add(Long.toString(leaseMillis + EXTRA_MILLIS));
            arguments.addAll(users);
            calls.add(new Call(DirectoryScripts.INDEX_USERS, List.of(key), arguments));
        });
        return calls;
    }

    /** Takes a user off who has no route on that node any more; not waited for. */
    void forget(Route route) {
        redis.send(
                Call.of(DirectoryScripts.FORGET_USERS, key(route), DirectoryKeys.user(route.tenant(), route.user())));
    }

    /** Removes the routes of every user noted for {@code epoch}; empty when Redis went away before the end. */
    OptionalInt sweep(long epoch) {
        int removed = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            OptionalInt part = sweep(epoch, DirectoryKeys.users(epoch, shard));
            if (part.isEmpty()) {
                return part;
            }
            removed += part.getAsInt();
        }
        return OptionalInt.of(removed);
    }

    private OptionalInt sweep(long epoch, String key) {
        int removed = 0;
        while (redis.evaluate(Call.of(DirectoryScripts.PICK_USERS, key, Integer.toString(PICKED)))
                instanceof RedisOutcome.Value<RedisReply> value) {
            RedisReply picked = value.value();
            if (picked.size() == 0) {
                return OptionalInt.of(removed);
            }
            List<Call> calls = new ArrayList<>(picked.size());
            for (String user : picked.texts()) {
                int bar = user.indexOf('|');
                calls.add(Call.of(
                        DirectoryScripts.SWEEP_ROUTES,
                        DirectoryKeys.routes(user.substring(0, bar), user.substring(bar + 1)),
                        Long.toString(epoch),
                        DirectoryKeys.CHANGES,
                        user));
            }
            if (!(redis.evaluateAll(calls) instanceof RedisOutcome.Value<List<RedisReply>> swept)) {
                return OptionalInt.empty();
            }
            removed += swept.value().stream()
                    .mapToInt(reply -> (int) reply.number(0))
                    .sum();
            if (redis.evaluate(new Call(DirectoryScripts.FORGET_USERS, List.of(key), picked.texts()))
                    instanceof RedisOutcome.Unavailable) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    private static String key(Route route) {
        int shard = Math.floorMod(31 * route.tenant().hashCode() + route.user().hashCode(), SHARDS);
        return DirectoryKeys.users(route.node().epoch(), shard);
    }
}
