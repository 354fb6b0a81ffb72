package io.mics.routing.redis;

import io.mics.routing.directory.Route;
import io.mics.routing.link.Peer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How a route is written: {@code state|epoch|connection|accepted|until|node|endpoint}; no part contains a bar. */
final class RouteEntry {
    private static final int EPOCH = 1;
    private static final int CONNECTION = 2;
    private static final int NODE = 5;
    private static final int ENDPOINT = 6;

    private RouteEntry() {}

    /** The route an entry stands for. */
    static Route parse(String tenant, String user, String device, String entry) {
        String[] parts = entry.split("\\|", ENDPOINT + 1);
        return new Route(
                tenant,
                user,
                device,
                new Peer(parts[NODE], Long.parseLong(parts[EPOCH]), parts[ENDPOINT]),
                Long.parseLong(parts[CONNECTION]),
                0);
    }

    /** Whether the device was unregistered there. */
    static boolean hasLeft(String entry) {
        return entry.startsWith("-");
    }

    /** The first arguments of the scripts that write an entry, which begin to age now. */
    static List<String> arguments(Route route, long leaseMillis) {
        return List.of(
                route.device(),
                Long.toString(route.node().epoch()),
                Long.toString(route.connection()),
                Long.toString(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - route.acceptedNanos())),
                Long.toString(leaseMillis),
                route.node().node(),
                route.node().endpoint());
    }
}
