package io.mics.node;

import io.mics.event.EventLog;
import io.mics.hook.TenantBackend;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.offline.BackendPull;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LateDelivery;
import io.mics.routing.delivery.RemoteDelivery;
import io.mics.routing.delivery.UserDelivery;
import io.mics.session.Backlog;
import io.mics.session.SessionRegistry;
import java.time.Duration;
import java.util.Optional;

/**
 * How messages get to devices: those of this node, those of others, and those that are not there yet.
 *
 * @param toUser  to one user's devices that are connected anywhere
 * @param toGroup to the devices of many
 * @param offline what becomes of a message for somebody who is away
 * @param backlog what waits for a user, handed over when a device comes
 * @param announcements notifies other nodes' devices of it
 */
record Deliveries(
        UserDelivery toUser,
        GroupFanOut toGroup,
        OfflinePath offline,
        Backlog backlog,
        BacklogAnnouncements announcements) {
    private static final Duration HOLD_LIVE = Duration.ofMillis(500);

    /** The deliveries of a node; alone without a cluster. */
    static Deliveries of(
            Foundation foundation,
            GatewayState state,
            Optional<Cluster> cluster,
            TenantBackend backend,
            EventLog events) {
        NodeConfig config = foundation.config();
        SessionRegistry registry = state.sessions();
        OfflineBuffer<Delivery> buffer = state.buffered();
        Metrics metrics = foundation.metrics();
        HomePeers homes = cluster.<HomePeers>map(Cluster::homes).orElse(HomePeers.ALONE);
        BackendPull pull = new BackendPull(backend, config.maxMessageBytes(), metrics, config.nodeId());
        Backlog backlog = new Backlog(buffer, homes, pull, registry, HOLD_LIVE, metrics, config.nodeId());
        BacklogAnnouncements announcements =
                cluster.map(c -> c.announcements(backlog)).orElse(BacklogAnnouncements.ALONE);
        Optional<RemoteDelivery> remote =
                cluster.map(Cluster::delivery).map(foundation.hooks().tracer()::elsewhere);
        OfflineEventPublisher offline = new OfflineEventPublisher(events, new LateDelivery(registry, remote), metrics);
        return new Deliveries(
                new UserDelivery(registry, remote),
                new GroupFanOut(registry, remote, state.scheduler()),
                new OfflinePath(buffer, backlog, homes, announcements, offline, metrics),
                backlog,
                announcements);
    }
}
