package io.mics.node;

import io.mics.lifecycle.Closing;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.StartRefusedException;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflinePath;
import io.mics.protocol.Delivery;
import io.mics.redis.Redis;
import io.mics.routing.PeerRequestHandler;
import io.mics.routing.delivery.ClusterDelivery;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.delivery.Redelivery;
import io.mics.routing.delivery.RemoteDelivery;
import io.mics.routing.directory.ClusterPresence;
import io.mics.routing.directory.Endpoint;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.Presence;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.directory.TakeOvers;
import io.mics.routing.home.BacklogAnnouncer;
import io.mics.routing.home.Homes;
import io.mics.routing.home.SendsMigration;
import io.mics.routing.link.ClusterSettings;
import io.mics.routing.link.GrpcLinks;
import io.mics.routing.link.LinkSettings;
import io.mics.routing.link.Peer;
import io.mics.routing.redis.RedisNodeRegistry;
import io.mics.routing.redis.RedisRoutes;
import io.mics.session.Backlog;
import io.mics.session.SessionRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A node as a member of a cluster: the directory, its members and their routes, and the links to them. What the others
 * ask of this node is answered by {@link ClusterMember}.
 */
final class Cluster implements AutoCloseable {
    private static final Log LOG = Log.of(Cluster.class);
    private static final Duration DIRECTORY_PAUSE = Duration.ofSeconds(1);

    private final Closing closing = new Closing();
    private final NodeConfig config;
    private final Supplier<FanOutBounds> bounds;
    private final Metrics metrics;
    private final OfflineBuffer<Delivery> buffer;
    private final Routes routes;
    private final Membership members;
    private final RouteCache cache;
    private final GrpcLinks links;
    private final Redelivery redelivery;
    private final Homes homes;
    private final SendsMigration sends;

    private Cluster(Foundation foundation, Redis redis, OfflineBuffer<Delivery> buffer) throws InterruptedException {
        this.config = foundation.config();
        this.bounds = () -> bounds(foundation.running().get(GroupSettings.SECTION));
        this.metrics = foundation.metrics();
        this.buffer = buffer;
        ClusterSettings settings = config.get(ClusterSettings.SECTION);
        routes = new RedisRoutes(redis, this.metrics, settings.nodeLease(), Routes.REMEMBERED);
        NodeRegistry registry = new RedisNodeRegistry(redis, settings.nodeLease());
        Peer self = join(registry, redis);
        try {
            members = new Membership(
                    registry,
                    routes,
                    self,
                    new Membership.Timing(settings.nodeLease(), settings.nodeRenewal()),
                    metrics);
            links = closing.add("links", links(self));
            redis.watch(available -> members.recheck());
            closing.add("membership", members.start());
            members.onChange(this::linkMembers);
            linkMembers();
            cache = new RouteCache(routes, settings.routeCacheTtl(), bounds, System::nanoTime, metrics);
            routes.follow(cache);
            redelivery = new Redelivery(cache, members, links, metrics);
            homes = new Homes(members, links, redelivery, buffer);
            sends = new SendsMigration(members, links);
        } catch (RuntimeException e) {
            closing.close();
            registry.leave(self);
            throw e;
        }
    }

    private GrpcLinks links(Peer self) {
        try {
            return new GrpcLinks(() -> self, linkSettings(config), metrics, members);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            throw new StartRefusedException("cluster.tls", "cannot be used: " + e.getMessage() + cause);
        }
    }

    private static FanOutBounds bounds(GroupSettings group) {
        return new FanOutBounds(group.routeChunkSize(), group.fanoutWidth());
    }

    static LinkSettings linkSettings(NodeConfig config) {
        ClusterSettings cluster = config.get(ClusterSettings.SECTION);
        return new LinkSettings(
                cluster.token(),
                cluster.linkDeadline(),
                cluster.linkInFlight(),
                cluster.linkBytes(),
                cluster.breakerFailures(),
                cluster.breakerOpen(),
                cluster.linkHeartbeat(),
                LinkSettings.largestCall(config.maxMessageBytes()),
                cluster.tls().configured() ? Optional.of(tls(cluster.tls())) : Optional.empty());
    }

    private static LinkSettings.Tls tls(ClusterSettings.Tls files) {
        return new LinkSettings.Tls(Path.of(files.certificate()), Path.of(files.key()), Path.of(files.trust()));
    }

    /** Joins the cluster that shares the directory in {@code redis}; waits for the directory. */
    static Cluster join(Foundation foundation, Redis redis, OfflineBuffer<Delivery> buffer) {
        try {
            Cluster cluster = foundation.lifecycle().add("cluster", new Cluster(foundation, redis, buffer));
            foundation.observability().detail("directory", cluster::directoryDetail);
            return cluster;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while joining the cluster", e);
        }
    }

    /** Links are dialled before the first message needs them. */
    private void linkMembers() {
        links.retain(members.live());
        members.live().stream().filter(peer -> !peer.equals(members.self())).forEach(links::connect);
    }

    private Peer join(NodeRegistry registry, Redis redis) throws InterruptedException {
        String endpoint = Endpoint.of(
                config.node().publicEndpoint(),
                config.node().port(),
                config.node().grpcPort());
        if (Endpoint.namesClientPort(
                config.node().publicEndpoint(),
                config.node().port(),
                config.node().grpcPort())) {
            LOG.info("public_endpoint_port_replaced", "endpoint", endpoint);
        }
        boolean takeName = false;
        boolean said = false;
        while (true) {
            switch (registry.join(config.nodeId(), endpoint, takeName)) {
                case NodeRegistry.Joining.Joined joined -> {
                    LOG.info("cluster_joined", "epoch", joined.self().epoch(), "endpoint", endpoint);
                    return joined.self();
                }
                case NodeRegistry.Joining.NameTaken taken -> {
                    if (answers(taken.other(), endpoint)) {
                        throw new StartRefusedException(
                                "node-id",
                                "is that of the live node at " + taken.other().endpoint() + ": " + config.nodeId());
                    }
                    takeName = true;
                }
                case NodeRegistry.Joining.Unavailable away -> {
                    if (!said) {
                        LOG.warn("redis_awaited", "redis", redis.address().toString());
                        said = true;
                    }
                    Thread.sleep(DIRECTORY_PAUSE);
                }
            }
        }
    }

    private boolean answers(Peer other, String endpoint) throws InterruptedException {
        Peer newcomer = new Peer(config.nodeId(), 0, endpoint);
        try (GrpcLinks asking = new GrpcLinks(() -> newcomer, linkSettings(config), metrics, gone -> {})) {
            return asking.answers(other);
        }
    }

    /** This node's start; its deliveries are numbered by it. */
    long epoch() {
        return members.self().epoch();
    }

    /** Who is here and who else is. */
    Membership members() {
        return members;
    }

    /** The live members but this node. */
    List<Peer> others() {
        Peer self = members.self();
        return members.live().stream().filter(peer -> !peer.equals(self)).toList();
    }

    GrpcLinks links() {
        return links;
    }

    /** Where messages for absent users are buffered on other nodes. */
    Homes homes() {
        return homes;
    }

    /** What devices sent to nodes that have stopped. */
    SendsMigration sends() {
        return sends;
    }

    BacklogAnnouncements announcements(Backlog backlog) {
        return new BacklogAnnouncer(buffer, backlog, cache, members, links);
    }

    Presence presence(SessionRegistry sessions, Backlog backlog) {
        return closing.add(
                "presence",
                new ClusterPresence(
                                routes,
                                cache,
                                members,
                                new TakeOvers(members, links, sends, metrics),
                                sessions,
                                backlog::deliverAgain,
                                config.get(ClusterSettings.SECTION).nodeLease())
                        .start());
    }

    RemoteDelivery delivery() {
        return new ClusterDelivery(cache, members, links, redelivery, bounds, metrics);
    }

    /** Makes the series exist that a tenant has because there are other nodes, at 0. */
    void registerMetrics(String tenant) {
        ClusterDelivery.registerMetrics(metrics, tenant);
        PeerRequestHandler.registerMetrics(metrics, tenant);
        RedisRoutes.registerMetrics(metrics, tenant);
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, OfflinePath.PEER);
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, OfflinePath.FROM_PEER);
        metrics.counter(Metric.DEDUP_WINDOWS_LOST, tenant);
        metrics.counter(Metric.REDELIVERIES_DROPPED, tenant);
    }

    /** Why the directory is not what it should be, if it is not. */
    Optional<String> directoryDetail() {
        return members.directoryUnavailable()
                ? Optional.of("directory unavailable; what users of other nodes are sent waits until it is back")
                : Optional.empty();
    }

    /** Leaves; a second call does nothing. */
    @Override
    public void close() {
        redelivery.close();
        closing.close();
    }
}
