package io.mics.node;

import io.mics.event.EventLog;
import io.mics.hook.Hooks;
import io.mics.message.MessageTracer;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.HookPull;
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
 * @param offers  what other nodes' devices are offered of it
 */
record Deliveries(
        UserDelivery toUser, GroupFanOut toGroup, OfflinePath offline, Backlog backlog, BacklogAnnouncements offers) {
    private static final Duration HOLD_LIVE = Duration.ofMillis(500);

    /** The deliveries of a node; alone without a cluster. */
    static Deliveries of(
            NodeConfig config,
            Optional<Cluster> cluster,
            NodeState state,
            Hooks hooks,
            EventLog events,
            MessageTracer tracer) {
        SessionRegistry registry = state.sessions();
        OfflineBuffer<Delivery> buffer = state.kept();
        Metrics metrics = state.metrics();
        HomePeers homes = cluster.map(Cluster::homes).orElse(HomePeers.ALONE);
        HookPull pull = new HookPull(hooks, config.maxMessageBytes(), metrics, config.nodeId());
        Backlog backlog = new Backlog(buffer, homes, pull, registry, HOLD_LIVE, metrics, config.nodeId());
        BacklogAnnouncements offers = cluster.map(c -> c.offers(backlog)).orElse(BacklogAnnouncements.ALONE);
        Optional<RemoteDelivery> remote = cluster.map(Cluster::delivery).map(tracer::elsewhere);
        OfflineEventPublisher notices = new OfflineEventPublisher(events, new LateDelivery(registry, remote), metrics);
        return new Deliveries(
                new UserDelivery(registry, remote),
                new GroupFanOut(registry, remote, state.turns()),
                new OfflinePath(buffer, backlog, homes, offers, notices, metrics),
                backlog,
                offers);
    }
}
