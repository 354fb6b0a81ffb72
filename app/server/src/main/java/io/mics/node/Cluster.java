package io.mics.node;

import io.mics.concurrent.VitalThreads;
import io.mics.hook.config.HookOverrideStore;
import io.mics.hook.redis.RedisHookOverrides;
import io.mics.lifecycle.Closing;
import io.mics.listener.Ports;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflinePath;
import io.mics.protocol.Delivery;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisSettings;
import io.mics.redis.RedisTimeouts;
import io.mics.routing.ClusterCalls;
import io.mics.routing.delivery.ClusterDelivery;
import io.mics.routing.delivery.Redelivery;
import io.mics.routing.delivery.RemoteDelivery;
import io.mics.routing.directory.ClusterPresence;
import io.mics.routing.directory.Endpoint;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.Presence;
import io.mics.routing.directory.RateShares;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.home.BacklogAnnouncer;
import io.mics.routing.home.DrainLeases;
import io.mics.routing.home.Homes;
import io.mics.routing.link.ClusterSettings;
import io.mics.routing.link.GrpcLinkServer;
import io.mics.routing.link.GrpcLinks;
import io.mics.routing.link.LinkSettings;
import io.mics.routing.link.Peer;
import io.mics.routing.redis.RedisNodeRegistry;
import io.mics.routing.redis.RedisRoutes;
import io.mics.routing.redis.RedisTenantRates;
import io.mics.session.Backlog;
import io.mics.session.SessionRegistry;
import io.mics.tenant.Tenants;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts a node has only among others: the directory, the links, and what uses them. Constructed in two steps around
 * the parts every node has: {@link #join}, then {@link #open}.
 */
final class Cluster implements AutoCloseable {
    private static final Log LOG = Log.of(Cluster.class);
    private static final Duration DIRECTORY_PAUSE = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration HAND_OVER = Duration.ofSeconds(3);

    private final Closing closing = new Closing();
    private final NodeConfig config;
    private final Supplier<FanOutBounds> bounds;
    private final Metrics metrics;
    private final Ports ports;
    private final OfflineBuffer<Delivery> buffer;
    private final Redis redis;
    private final Routes routes;
    private final Membership members;
    private final RouteCache cache;
    private final GrpcLinks links;
    private final Redelivery again;
    private final Homes homes;
    private volatile @Nullable GrpcLinkServer server;

    private Cluster(NodeConfig config, Supplier<FanOutBounds> bounds, Ports ports, OfflineBuffer<Delivery> buffer)
            throws InterruptedException {
        this.config = config;
        this.bounds = bounds;
        this.metrics = ports.metrics();
        this.ports = ports;
        this.buffer = buffer;
        redis = closing.add(
                "redis",
                Redis.open(
                        address(config),
                        RedisTimeouts.of(config.get(RedisSettings.SECTION).commandTimeout())));
        ClusterSettings settings = config.get(ClusterSettings.SECTION);
        routes = new RedisRoutes(redis, this.metrics, settings.nodeLease(), Routes.REMEMBERED);
        NodeRegistry registry = new RedisNodeRegistry(redis, settings.nodeLease());
        Peer self = joined(registry);
        members = new Membership(
                registry, routes, self, new Membership.Timing(settings.nodeLease(), settings.nodeRenewal()), metrics);
        links = closing.add("links", new GrpcLinks(() -> self, linkSettings(config), metrics, members));
        redis.watch(available -> members.recheck());
        closing.add("membership", members.start());
        members.onChange(this::linkMembers);
        linkMembers();
        cache = new RouteCache(routes, settings.routeCacheTtl(), bounds, System::nanoTime, metrics);
        routes.follow(cache);
        again = new Redelivery(cache, members, links, metrics);
        homes = new Homes(members, links, again, buffer);
    }

    private static RedisAddress address(NodeConfig config) {
        return switch (RedisAddress.parse(config.get(RedisSettings.SECTION).uri())) {
            case RedisAddress.Parsed.Valid valid -> valid.address();
            case RedisAddress.Parsed.Invalid invalid -> throw new StartRefusedException("redis.uri", invalid.what());
        };
    }

    private static LinkSettings linkSettings(NodeConfig config) {
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

    /**
     * Joins the cluster that shares the configured directory; waits for the directory.
     *
     * @param bounds of a message to many users, asked for each message
     */
    static Cluster join(NodeConfig config, Supplier<FanOutBounds> bounds, Ports ports, OfflineBuffer<Delivery> buffer) {
        try {
            return new Cluster(config, bounds, ports, buffer);
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

    private Peer joined(NodeRegistry registry) throws InterruptedException {
        boolean joined = false;
        try {
            Peer self = join(registry);
            joined = true;
            return self;
        } finally {
            if (!joined) {
                closing.close();
            }
        }
    }

    private Peer join(NodeRegistry registry) throws InterruptedException {
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
                        LOG.warn("directory_awaited", "redis", address(config).toString());
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

    /** Where all nodes keep what tenants have otherwise than the file of hooks. */
    HookOverrideStore hookOverrides() {
        return new RedisHookOverrides(redis);
    }

    HomePeers homes() {
        return homes;
    }

    BacklogAnnouncements offers(Backlog backlog) {
        return new BacklogAnnouncer(buffer, backlog, cache, members, links);
    }

    Presence presence(SessionRegistry sessions, Backlog backlog) {
        return closing.add(
                "presence",
                new ClusterPresence(
                                routes,
                                cache,
                                members,
                                links,
                                sessions,
                                backlog::drainAgain,
                                config.get(ClusterSettings.SECTION).nodeLease(),
                                metrics)
                        .start());
    }

    RemoteDelivery delivery() {
        return new ClusterDelivery(cache, members, links, again, bounds, metrics);
    }

    /** Answers the other nodes from now on. */
    void open(
            SessionRegistry sessions,
            OfflinePath offline,
            BacklogAnnouncements offers,
            Backlog backlog,
            Tenants tenants) {
        homes.open(offers);
        DrainLeases leases = new DrainLeases(buffer, offers);
        ClusterCalls calls =
                new ClusterCalls(sessions, sessions, offline, backlog, tenants, homes, leases, links, metrics);
        server = closing.add(
                "link server",
                GrpcLinkServer.start(
                        config.node().host(),
                        config.node().grpcPort(),
                        members::self,
                        linkSettings(config),
                        members,
                        calls,
                        ports));
        closing.add(
                "rate shares",
                new RateShares(
                                new RedisTenantRates(redis, RateShares.VALID),
                                members.self(),
                                () -> tenants.all().stream()
                                        .filter(tenant -> sessions.hasSessions(tenant.id()))
                                        .toList())
                        .start());
        Thread sweeper = VitalThreads.start("cluster-sweep", () -> sweep(calls));
        closing.add("cluster sweep", sweeper::interrupt);
        metrics.gauge(Metric.CLUSTER_MEMBERS, () -> members.live().size(), config.nodeId());
        metrics.gauge(Metric.DIRECTORY_AVAILABLE, () -> members.directoryAway() ? 0 : 1, config.nodeId());
    }

    /** Makes the series exist that a tenant has because there are other nodes, at 0. */
    void expect(String tenant) {
        ClusterDelivery.expect(metrics, tenant);
        ClusterCalls.expect(metrics, tenant);
        RedisRoutes.expect(metrics, tenant);
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, OfflinePath.PEER);
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, OfflinePath.FROM_PEER);
        metrics.counter(Metric.DEDUP_WINDOWS_LOST, tenant);
        metrics.counter(Metric.REDELIVERIES_DROPPED, tenant);
    }

    private void sweep(ClusterCalls calls) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(SWEEP);
                try {
                    calls.sweep();
                    homes.moveMisplaced();
                } catch (RuntimeException e) {
                    LOG.error("cluster_sweep_failed", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("cluster_sweep_ended");
        }
    }

    /** Why the directory is not what it should be, if it is not. */
    Optional<String> directoryDetail() {
        return members.directoryAway() ? Optional.of("directory away; remote users go offline") : Optional.empty();
    }

    /** Why this node must not get connections, if it must not. */
    Optional<String> notReady() {
        GrpcLinkServer opened = server;
        if (opened != null && opened.notListening().isPresent()) {
            return opened.notListening();
        }
        return members.superseded() ? Optional.of("another node has this node's name") : Optional.empty();
    }

    /** Hands what is kept here to the new homes, then leaves. All sessions are gone by now. */
    @Override
    public void close() {
        try {
            int left = homes.leave(HAND_OVER);
            if (left > 0) {
                LOG.warn("buffered_messages_lost", "users", left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        again.close();
        closing.close();
    }
}
