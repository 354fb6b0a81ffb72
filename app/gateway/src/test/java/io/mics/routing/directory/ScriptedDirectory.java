package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A directory in memory that is away for nodes, or for look-ups, when a test says so. */
public final class ScriptedDirectory implements Routes, NodeRegistry {
    public final MemoryRoutes routes = new MemoryRoutes(System::nanoTime, Routes.REMEMBERED);
    public final MemoryNodeRegistry nodes = new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(30));
    public volatile boolean renews = true;
    public volatile boolean finds = true;
    /** Run with each look-up, after the answer was found. */
    public volatile Runnable afterLookUp = () -> {};

    /** Registers a device of {@code user} on {@code node}. */
    public void connect(String user, Peer node, long connection) {
        routes.register(
                new Route("t1", user, "d-" + node.node(), node, connection, 0),
                new Routes.Limits(0, 0),
                Duration.ofMinutes(1));
    }

    @Override
    public NodeRegistry.Renewal renew(Peer self) {
        return renews ? nodes.renew(self) : new NodeRegistry.Renewal.Unavailable();
    }

    @Override
    public Found find(String tenant, String user) {
        Found found = finds ? routes.find(tenant, user) : new Found.Unavailable();
        afterLookUp.run();
        return found;
    }

    @Override
    public Optional<Map<String, List<Route>>> findAll(String tenant, List<String> users) {
        Optional<Map<String, List<Route>>> found = finds ? routes.findAll(tenant, users) : Optional.empty();
        afterLookUp.run();
        return found;
    }

    @Override
    public Joining join(String node, String endpoint, boolean takeName) {
        return nodes.join(node, endpoint, takeName);
    }

    @Override
    public void leave(Peer self) {
        nodes.leave(self);
    }

    @Override
    public void swept(Peer dead) {
        nodes.swept(dead);
    }

    @Override
    public Registration register(Route route, Limits limits, Duration lease) {
        return routes.register(route, limits, lease);
    }

    @Override
    public boolean unregister(Route route) {
        return routes.unregister(route);
    }

    @Override
    public Routes.Renewal renew(List<Route> renewed, Duration lease) {
        return routes.renew(renewed, lease);
    }

    @Override
    public void countConnections(Peer self) {
        routes.countConnections(self);
    }

    @Override
    public OptionalInt sweep(Peer dead) {
        return routes.sweep(dead);
    }

    @Override
    public void dead(Set<Long> epochs) {
        routes.dead(epochs);
    }

    @Override
    public void follow(Changes changes) {
        routes.follow(changes);
    }
}
