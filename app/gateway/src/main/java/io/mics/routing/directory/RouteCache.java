package io.mics.routing.directory;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Routes looked up lately, invalidated by the directory's change notifications: while these do not come the cache is
 * bypassed. That somebody has no routes is never cached, nor is a look-up that a change overtook.
 */
public final class RouteCache implements Routes.Changes {
    private static final int MAX_USERS = 100_000;
    private static final int STRIPES = 4_096;
    /** Above what the directory's own time-outs come to. */
    private static final Duration LOOK_UPS_DEADLINE = Duration.ofSeconds(60);

    private final Routes routes;
    private final long ttlNanos;
    private final LongSupplier clock;
    private final Supplier<FanOutBounds> bounds;
    private final Map<UserKey, Entry> entries = new ConcurrentHashMap<>();
    /** How often the users of one stripe changed. */
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    private final Counter hits;
    private final Counter misses;
    private final Counter bypasses;
    private volatile boolean following;

    private record UserKey(String tenant, String user) {
        int stripe() {
            return hashCode() & STRIPES - 1;
        }
    }

    private record Entry(List<Route> routes, long nanos) {}

    /** An empty cache over {@code routes}; {@code ttl} zero caches nothing, {@code bounds} are asked each time. */
    public RouteCache(
            Routes routes, Duration ttl, Supplier<FanOutBounds> bounds, LongSupplier nanoClock, Metrics metrics) {
        this.routes = routes;
        this.bounds = bounds;
        this.ttlNanos = ttl.toNanos();
        this.clock = nanoClock;
        this.hits = metrics.counter(Metric.ROUTE_CACHE, "hit");
        this.misses = metrics.counter(Metric.ROUTE_CACHE, "miss");
        this.bypasses = metrics.counter(Metric.ROUTE_CACHE, "bypass");
    }

    /** Where a user is, as far as is known here; {@code writes} start before the directory is asked, which blocks. */
    public Routes.Found find(String tenant, String user, PendingWrites writes) {
        UserKey key = new UserKey(tenant, user);
        List<Route> known = known(key);
        if (known != null) {
            return new Routes.Found.Known(known);
        }
        writes.start();
        return look(key);
    }

    /** Where a user is, asked anew. */
    public Routes.Found findAnew(String tenant, String user) {
        UserKey key = new UserKey(tenant, user);
        forget(key);
        return look(key);
    }

    /** Where many users are, likewise; empty when the directory is needed and away. */
    public Optional<Map<String, List<Route>>> findAll(String tenant, List<String> users, PendingWrites writes)
            throws InterruptedException {
        Map<String, List<Route>> found = HashMap.newHashMap(users.size());
        List<String> unknown = new ArrayList<>();
        for (String user : users) {
            List<Route> known = known(new UserKey(tenant, user));
            if (known == null) {
                unknown.add(user);
            } else {
                found.put(user, known);
            }
        }
        if (unknown.isEmpty()) {
            return Optional.of(found);
        }
        writes.start();
        long[] before = unknown.stream()
                .mapToLong(user -> changes.get(new UserKey(tenant, user).stripe()))
                .toArray();
        Optional<Map<String, List<Route>>> looked = look(tenant, unknown);
        looked.ifPresent(fresh -> {
            for (int i = 0; i < before.length; i++) {
                List<Route> now = fresh.getOrDefault(unknown.get(i), List.of());
                cache(new UserKey(tenant, unknown.get(i)), now, before[i]);
            }
            found.putAll(fresh);
        });
        return looked.map(fresh -> found);
    }

    /** Forgets where a user is: the node it was found on did not have it. */
    public void forget(String tenant, String user) {
        forget(new UserKey(tenant, user));
    }

    @Override
    public void changed(String tenant, String user) {
        forget(new UserKey(tenant, user));
    }

    @Override
    public void following(boolean now) {
        following = now;
        entries.clear();
    }

    private void forget(UserKey key) {
        changes.incrementAndGet(key.stripe());
        entries.remove(key);
    }

    private @Nullable List<Route> known(UserKey key) {
        if (!following || ttlNanos == 0) {
            bypasses.increment();
            return null;
        }
        Entry entry = entries.get(key);
        if (entry != null && clock.getAsLong() - entry.nanos() <= ttlNanos) {
            hits.increment();
            return entry.routes();
        }
        misses.increment();
        return null;
    }

    private Routes.Found look(UserKey key) {
        long before = changes.get(key.stripe());
        Routes.Found found = routes.find(key.tenant(), key.user());
        if (found instanceof Routes.Found.Known known) {
            cache(key, known.routes(), before);
        }
        return found;
    }

    /** One round trip for each chunk, some at one time; one chunk alone forks nothing. */
    private Optional<Map<String, List<Route>>> look(String tenant, List<String> users) throws InterruptedException {
        FanOutBounds most = bounds.get();
        int chunk = most.chunkOf(users.size());
        if (chunk == users.size()) {
            return routes.findAll(tenant, users);
        }
        int chunks = (users.size() + chunk - 1) / chunk;
        List<Subtask<Optional<Map<String, List<Route>>>>> looked = new ArrayList<>(chunks);
        try (TaskScope scope = TaskScope.open("look-ups", most.widthOf(chunks), Deadline.after(LOOK_UPS_DEADLINE))) {
            for (int from = 0; from < users.size(); from += chunk) {
                List<String> some = users.subList(from, Math.min(from + chunk, users.size()));
                looked.add(scope.fork(() -> routes.findAll(tenant, some)));
            }
            scope.join();
        }
        Map<String, List<Route>> found = HashMap.newHashMap(users.size());
        for (Subtask<Optional<Map<String, List<Route>>>> some : looked) {
            if (some.get().isEmpty()) {
                return Optional.empty();
            }
            found.putAll(some.get().get());
        }
        return Optional.of(found);
    }

    private void cache(UserKey key, List<Route> found, long changesBefore) {
        if (found.isEmpty() || !following || ttlNanos == 0) {
            return;
        }
        if (entries.size() >= MAX_USERS) {
            entries.clear();
        }
        entries.put(key, new Entry(found, clock.getAsLong()));
        if (!following || changes.get(key.stripe()) != changesBefore) {
            entries.remove(key);
        }
    }
}
