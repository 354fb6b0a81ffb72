package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory, never away, which must pass the contract of the real one. Safe on any thread; nothing waits
 * for I/O.
 */
public final class MemoryRoutes implements Routes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final List<Changes> followers = new CopyOnWriteArrayList<>();
    private final LongSupplier clock;
    private final long remembered;
    private Set<Long> dead = Set.of();

    /** Where one device is, or was: {@code left} and until when that is remembered. */
    private record Entry(Route route, boolean left, long until) {
        boolean isOf(Route other) {
            return route.node().epoch() == other.node().epoch() && route.connection() == other.connection();
        }

        boolean isNewerThan(Route other) {
            return route.node().epoch() == other.node().epoch()
                    ? route.connection() > other.connection()
                    : route.acceptedNanos() - other.acceptedNanos() > 0;
        }
    }

    /** The routes of a tenant, by user and device; {@code present} are those that have not left. */
    private static final class Tenant {
        final Map<String, Map<String, Entry>> users = new HashMap<>();
        int present;
        long nextPurge;
    }

    /**
     * An empty directory.
     *
     * @param nanoClock  like {@link System#nanoTime()}
     * @param remembered how long the node that a device left is known
     */
    public MemoryRoutes(LongSupplier nanoClock, Duration remembered) {
        this.clock = nanoClock;
        this.remembered = remembered.toNanos();
    }

    @Override
    public Registration register(Route route, Limits limits, Duration lease) {
        Registration registration;
        lock.lock();
        try {
            registration = registered(route, limits, lease);
        } finally {
            lock.unlock();
        }
        if (registration instanceof Registration.Registered) {
            changed(route);
        }
        return registration;
    }

    private Registration registered(Route route, Limits limits, Duration lease) {
        Tenant tenant = tenant(route.tenant());
        if (clock.getAsLong() - tenant.nextPurge >= 0) {
            purge(tenant);
        }
        Entry before = tenant.users.getOrDefault(route.user(), Map.of()).get(route.device());
        if (before != null && !isKnown(before)) {
            before = null;
        }
        boolean over = before != null && isLive(before);
        if (before != null && over && before.isNewerThan(route)) {
            return new Registration.Superseded();
        }
        Optional<Limit> reached = over ? Optional.empty() : reached(tenant, route.user(), limits);
        if (reached.isPresent()) {
            return new Registration.Refused(reached.get());
        }
        put(tenant, new Entry(route, false, clock.getAsLong() + lease.toNanos()));
        if (before == null || (over && before.isOf(route))) {
            return new Registration.Registered(Optional.empty(), Optional.empty());
        }
        return new Registration.Registered(
                before.left() ? Optional.empty() : Optional.of(before.route()),
                Optional.of(before.route().node()));
    }

    private Optional<Limit> reached(Tenant tenant, String user, Limits limits) {
        long devices = tenant.users.getOrDefault(user, Map.of()).values().stream()
                .filter(this::isLive)
                .count();
        if (limits.devicesPerUser() > 0 && devices >= limits.devicesPerUser()) {
            return Optional.of(Limit.DEVICES_OF_USER);
        }
        if (limits.connections() > 0 && tenant.present >= limits.connections()) {
            purge(tenant);
            if (tenant.present >= limits.connections()) {
                return Optional.of(Limit.CONNECTIONS_OF_TENANT);
            }
        }
        return Optional.empty();
    }

    private Tenant tenant(String id) {
        return tenants.computeIfAbsent(id, unknown -> {
            Tenant tenant = new Tenant();
            tenant.nextPurge = clock.getAsLong() + remembered;
            return tenant;
        });
    }

    private void put(Tenant tenant, Entry entry) {
        Route route = entry.route();
        Entry before = tenant.users
                .computeIfAbsent(route.user(), user -> new LinkedHashMap<>(2))
                .put(route.device(), entry);
        tenant.present += (entry.left() ? 0 : 1) - (before == null || before.left() ? 0 : 1);
    }

    /** Drops what is not known any more, and counts as left what lapsed. */
    private void purge(Tenant tenant) {
        tenant.present = 0;
        tenant.nextPurge = clock.getAsLong() + remembered;
        Iterator<Map<String, Entry>> users = tenant.users.values().iterator();
        while (users.hasNext()) {
            Map<String, Entry> devices = users.next();
            devices.values().removeIf(entry -> !isKnown(entry));
            devices.replaceAll((device, entry) ->
                    entry.left() || isLive(entry) ? entry : new Entry(entry.route(), true, entry.until() + remembered));
            tenant.present += (int)
                    devices.values().stream().filter(entry -> !entry.left()).count();
            if (devices.isEmpty()) {
                users.remove();
            }
        }
    }

    private boolean isLive(Entry entry) {
        return !entry.left()
                && entry.until() - clock.getAsLong() > 0
                && !dead.contains(entry.route().node().epoch());
    }

    private boolean isKnown(Entry entry) {
        return !dead.contains(entry.route().node().epoch())
                && entry.until() + (entry.left() ? 0 : remembered) - clock.getAsLong() > 0;
    }

    @Override
    public boolean unregister(Route route) {
        lock.lock();
        try {
            Entry entry = entry(route);
            if (entry == null || entry.left() || !entry.isOf(route)) {
                return entry != null && !entry.isOf(route) && isLive(entry);
            }
            put(tenant(route.tenant()), new Entry(route, true, clock.getAsLong() + remembered));
        } finally {
            lock.unlock();
        }
        changed(route);
        return false;
    }

    private @Nullable Entry entry(Route route) {
        Tenant tenant = tenants.get(route.tenant());
        return tenant == null
                ? null
                : tenant.users.getOrDefault(route.user(), Map.of()).get(route.device());
    }

    @Override
    public Renewal renew(List<Route> routes, Duration lease) {
        List<Route> elsewhere = new ArrayList<>(0);
        List<Route> restored = new ArrayList<>(0);
        lock.lock();
        try {
            for (Route route : routes) {
                Entry entry = entry(route);
                if (entry != null && entry.isNewerThan(route) && isLive(entry)) {
                    elsewhere.add(route);
                } else if (entry == null || !entry.isOf(route) || !entry.left()) {
                    if (entry == null || !entry.isOf(route) || !isLive(entry)) {
                        restored.add(route);
                    }
                    put(tenant(route.tenant()), new Entry(route, false, clock.getAsLong() + lease.toNanos()));
                }
            }
        } finally {
            lock.unlock();
        }
        restored.forEach(this::changed);
        return new Renewal(elsewhere, restored);
    }

    /** The routes themselves are counted. */
    @Override
    public void countConnections(Peer self) {}

    @Override
    public Found find(String tenant, String user) {
        lock.lock();
        try {
            return new Found.Known(live(tenant, user));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Map<String, List<Route>>> findAll(String tenant, List<String> users) {
        Map<String, List<Route>> found = new LinkedHashMap<>();
        lock.lock();
        try {
            for (String user : users) {
                List<Route> routes = live(tenant, user);
                if (!routes.isEmpty()) {
                    found.put(user, routes);
                }
            }
        } finally {
            lock.unlock();
        }
        return Optional.of(found);
    }

    private List<Route> live(String tenant, String user) {
        Tenant known = tenants.get(tenant);
        return known == null
                ? List.of()
                : known.users.getOrDefault(user, Map.of()).values().stream()
                        .filter(this::isLive)
                        .map(Entry::route)
                        .toList();
    }

    @Override
    public OptionalInt sweep(Peer gone) {
        List<Route> removed = new ArrayList<>();
        lock.lock();
        try {
            for (Tenant tenant : tenants.values()) {
                for (Map<String, Entry> devices : tenant.users.values()) {
                    devices.values()
                            .removeIf(entry -> entry.route().node().epoch() == gone.epoch()
                                    && (entry.left() || removed.add(entry.route())));
                }
                purge(tenant);
            }
        } finally {
            lock.unlock();
        }
        removed.forEach(this::changed);
        return OptionalInt.of(removed.size());
    }

    @Override
    public void dead(Set<Long> epochs) {
        lock.lock();
        try {
            dead = Set.copyOf(epochs);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void follow(Changes changes) {
        followers.add(changes);
        changes.following(true);
    }

    private void changed(Route route) {
        followers.forEach(follower -> follower.changed(route.tenant(), route.user()));
    }
}
