package io.mics.node;

import io.mics.concurrent.CriticalThreads;
import io.mics.lifecycle.Closing;
import io.mics.listener.AddressSettings;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.redis.Redis;
import io.mics.routing.PeerRequestHandler;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.RateShares;
import io.mics.routing.home.BacklogLeases;
import io.mics.routing.home.HomeMigration;
import io.mics.routing.link.GrpcLinkServer;
import io.mics.routing.redis.RedisTenantRates;
import io.mics.session.SessionRegistry;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.util.Optional;

/**
 * Answers the other nodes, and moves buffered messages to the homes of their users. Its end is that of the node in the
 * cluster: what is buffered here is handed to the new homes, and so is what the clients sent lately, which return after
 * the node has gone and may send it again; then the node leaves. All sessions are gone by then.
 */
final class ClusterMember implements AutoCloseable {
    private static final Log LOG = Log.of(ClusterMember.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration HAND_OVER = Duration.ofSeconds(3);

    private final Closing closing = new Closing();
    private final Cluster cluster;
    private final SessionRegistry sessions;
    private final HomeMigration migration;
    private final BacklogLeases leases;
    private final GrpcLinkServer server;

    private ClusterMember(
            Foundation foundation,
            Cluster cluster,
            GatewayState state,
            Deliveries deliveries,
            Optional<PipelineRole> pipeline) {
        this.cluster = cluster;
        NodeConfig config = foundation.config();
        sessions = state.sessions();
        leases = new BacklogLeases(state.buffered(), deliveries.announcements());
        migration = new HomeMigration(
                cluster.homes(), cluster.members(), cluster.links(), state.buffered(), deliveries.announcements());
        PeerRequestHandler requests = new PeerRequestHandler(
                new PeerRequestHandler.Here(sessions, sessions, deliveries.backlog()),
                deliveries.offline(),
                foundation.tenants(),
                cluster.homes(),
                leases,
                cluster.sends(),
                cluster.links(),
                foundation.metrics());
        server = closing.add(
                "link server",
                GrpcLinkServer.start(
                        config.node().host(),
                        config.node().grpcPort(),
                        cluster.members()::self,
                        Cluster.linkSettings(config),
                        cluster.members(),
                        requests,
                        pipeline.map(store -> store.answers().definition()).stream()
                                .toList(),
                        foundation.ports(() -> AddressSettings.NONE)));
    }

    /** Answers from now on. */
    static void start(
            Foundation foundation,
            Cluster cluster,
            GatewayState state,
            Deliveries deliveries,
            Optional<PipelineRole> pipeline) {
        ClusterMember member = foundation
                .lifecycle()
                .add("cluster server", new ClusterMember(foundation, cluster, state, deliveries, pipeline));
        member.begin(foundation.redis().orElseThrow(), foundation.tenants());
        Membership members = cluster.members();
        Metrics metrics = foundation.metrics();
        String node = foundation.config().nodeId();
        metrics.gauge(Metric.CLUSTER_MEMBERS, () -> members.live().size(), node);
        metrics.gauge(Metric.DIRECTORY_AVAILABLE, () -> members.directoryUnavailable() ? 0 : 1, node);
        foundation.observability().check("cluster", member::notReady);
    }

    private void begin(Redis redis, Tenants tenants) {
        closing.add(
                "rate shares",
                new RateShares(
                                new RedisTenantRates(redis, RateShares.VALID),
                                cluster.members().self(),
                                () -> tenants.all().stream()
                                        .filter(tenant -> sessions.hasSessions(tenant.id()))
                                        .toList())
                        .start());
        Thread sweeper = CriticalThreads.start("cluster-sweep", this::sweep);
        closing.add("cluster sweep", sweeper::interrupt);
    }

    private void sweep() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(SWEEP);
                try {
                    leases.sweep();
                    cluster.sends().forgetOld();
                    migration.moveMisplaced();
                } catch (RuntimeException e) {
                    LOG.error("cluster_cleanup_failed", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("cluster_cleanup_ended");
        }
    }

    /** Why this node must not get connections, if it must not. */
    private Optional<String> notReady() {
        return server.notListening()
                .or(() -> cluster.members().superseded()
                        ? Optional.of("another node has this node's name")
                        : Optional.empty());
    }

    @Override
    public void close() {
        try {
            int left = migration.leave(HAND_OVER);
            if (left > 0) {
                LOG.warn("buffered_messages_lost", "users", left);
            }
            int forgotten = cluster.sends().leave(sessions, HAND_OVER);
            if (forgotten > 0) {
                LOG.warn("duplicate_windows_lost", "devices", forgotten);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closing.close();
        cluster.close();
    }
}
