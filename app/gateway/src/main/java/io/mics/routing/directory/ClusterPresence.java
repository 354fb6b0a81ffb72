package io.mics.routing.directory;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Presence in the directory: registers, renews and removes this node's routes. A device that arrives while the
 * directory is unavailable is admitted on this node's own limits and registered when it is back.
 */
public final class ClusterPresence implements Presence, AutoCloseable {
    private static final Log LOG = Log.of(ClusterPresence.class);

    /** Routes renewed at one time; between the parts of a renewal others get their turn. */
    private static final int PART = 500;

    private static final Duration BETWEEN_PARTS = Duration.ofMillis(20);
    private static final long JUST_NOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Routes routes;
    private final RouteCache cache;
    private final Membership members;
    private final TakeOvers takeOvers;
    private final LocalDevices devices;
    private final Consumer<LocalDevices.Device> deliverAgain;
    private final Duration lease;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closed;
    /** Some device may not be registered; by an arrival, at {@code missedNanos} for the last time. */
    private volatile boolean missed;

    private volatile long missedNanos;

    /**
     * The presence of {@code devices}.
     *
     * @param deliverAgain what the homes hold for these devices may not have found them
     * @param lease      how long a route lives without renewal
     */
    public ClusterPresence(
            Routes routes,
            RouteCache cache,
            Membership members,
            TakeOvers takeOvers,
            LocalDevices devices,
            Consumer<LocalDevices.Device> deliverAgain,
            Duration lease) {
        this.routes = routes;
        this.cache = cache;
        this.members = members;
        this.takeOvers = takeOvers;
        this.devices = devices;
        this.deliverAgain = deliverAgain;
        this.lease = lease;
    }

    /** Renews until closed, a third of the lease apart, and at once when the directory comes back. */
    public ClusterPresence start() {
        members.onChange(this::renewSoon);
        CriticalThreads.start("presence", this::run);
        return this;
    }

    @Override
    public ConnectDecision<RegisteredDevice> register(LocalDevices.Device device, Routes.Limits limits)
            throws InterruptedException {
        return switch (routes.register(routeOf(device), limits, lease)) {
            case Routes.Registration.Refused refused -> refused.limit().refusal();
            case Routes.Registration.Superseded superseded -> ConnectDecision.superseded();
            case Routes.Registration.Unavailable unavailable -> {
                missedNanos = System.nanoTime();
                missed = true;
                takeOvers.countLost(device.tenant());
                yield new ConnectDecision.Accepted<>(RegisteredDevice.NEW);
            }
            case Routes.Registration.Registered registered -> {
                cache.forget(device.tenant(), device.user());
                yield new ConnectDecision.Accepted<>(registered(device, registered));
            }
        };
    }

    private RegisteredDevice registered(LocalDevices.Device device, Routes.Registration.Registered registered)
            throws InterruptedException {
        Optional<Route> elsewhere =
                registered.replaced().filter(route -> route.node().epoch() != self().epoch());
        if (elsewhere.isPresent()) {
            Route before = elsewhere.get();
            return new RegisteredDevice(
                    new Replaced(before.node(), before.connection()),
                    takeOvers.takeOver(device.key(), before.node(), before.connection()));
        }
        Peer last = registered.previous().orElse(self());
        return last.epoch() == self().epoch()
                ? RegisteredDevice.NEW
                : new RegisteredDevice(Replaced.NONE, takeOvers.takeOver(device.key(), last, 0));
    }

    @Override
    public boolean unregister(LocalDevices.Device device) {
        boolean elsewhere = routes.unregister(routeOf(device));
        cache.forget(device.tenant(), device.user());
        return !elsewhere;
    }

    @Override
    public long epoch() {
        return self().epoch();
    }

    private void run() {
        while (!closed) {
            try {
                long pause = missed ? Math.min(lease.toNanos() / 3, TimeUnit.SECONDS.toNanos(1)) : lease.toNanos() / 3;
                wake.tryAcquire(pause, TimeUnit.NANOSECONDS);
                wake.drainPermits();
                if (!closed) {
                    renew();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("routes_not_renewed", e);
            }
        }
    }

    private void renewSoon() {
        wake.release();
    }

    private void renew() throws InterruptedException {
        boolean again = missed && !members.directoryUnavailable();
        long began = System.nanoTime();
        List<LocalDevices.Device> all = devices.devices().toList();
        routes.countConnections(self());
        int restored = 0;
        for (int from = 0; from < all.size() && !closed; from += PART) {
            List<LocalDevices.Device> part = all.subList(from, Math.min(from + PART, all.size()));
            Map<Route, LocalDevices.Device> byRoute = part.stream().collect(Collectors.toMap(this::routeOf, d -> d));
            Routes.Renewal renewal = routes.renew(List.copyOf(byRoute.keySet()), lease);
            devicesOf(renewal.elsewhere(), byRoute).forEach(devices::replaced);
            List<LocalDevices.Device> unknown = again ? part : devicesOf(renewal.restored(), byRoute);
            unknown.forEach(deliverAgain);
            restored += renewal.restored().size();
            Thread.sleep(BETWEEN_PARTS);
        }
        if (restored > 0) {
            LOG.warn("route_leases_expired", "restored", restored, "of", all.size());
        }
        if (again) {
            // who arrived while the round began may not have been among the devices
            missed = missedNanos - began > -JUST_NOW_NANOS;
        } else if (members.directoryUnavailable()) {
            missed = true;
        }
    }

    private static List<LocalDevices.Device> devicesOf(List<Route> routes, Map<Route, LocalDevices.Device> byRoute) {
        return routes.stream().map(byRoute::get).filter(Objects::nonNull).toList();
    }

    private Peer self() {
        return members.self();
    }

    private Route routeOf(LocalDevices.Device device) {
        return new Route(
                device.tenant(), device.user(), device.device(), self(), device.connection(), device.acceptedNanos());
    }

    /** Stops renewing; routes still there end with their leases. */
    @Override
    public void close() {
        closed = true;
        wake.release();
    }
}
