package io.mics.routing.delivery;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.WaitingMessage.SendingDevice;
import io.mics.routing.delivery.WaitingMessage.Taken;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Messages for devices that could not be reached, whose users may have got them on another device: tried again, in
 * order and under the same identity, until their node answers or is a member no more, or until the directory says where
 * they are. Sees to it that later messages do not overtake them. What does not fit into {@link RedeliveryQueues} is
 * dropped and counted.
 *
 * <p>A sender's messages are handed in one after the other, each after the one before has reached its node or waits
 * here. So whether something waits need not be asked in one step with adding to it: what ran empty in between is
 * delivered, and a message that waits although it need not any more is only late.
 *
 * <p>A node that a device's messages wait for is not asked to store one as a home: it might answer again, and hand
 * that out before those that wait; the next node by score stores it. What waits to be located goes to a node just
 * before a later message of its device to the same user does: holding the later one back until two seconds after Redis
 * is back would cost whoever writes meanwhile those seconds.
 */
public final class Redelivery implements AutoCloseable {
    /** No epoch: messages whose devices could not be located. */
    private static final long UNLOCATED = 0;

    private static final long MOST_BYTES = HeapShare.atMost(64L << 20, 3);

    private final RouteCache routes;
    private final Membership members;
    private final NodeLinks links;
    private final Metrics.PerTenant<Counter> dropped;
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES);
    /** By the epoch of the node they wait for; none without a message. */
    private final Map<Long, RedeliveryQueues> waiting = new ConcurrentHashMap<>();

    private volatile boolean closed;

    public Redelivery(RouteCache routes, Membership members, NodeLinks links, Metrics metrics) {
        this.routes = routes;
        this.members = members;
        this.links = links;
        this.dropped = metrics.perTenant(tenant -> metrics.counter(Metric.REDELIVERIES_DROPPED, tenant));
    }

    /** Bytes that all waiting messages may take, in this process. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    /** Delivers to {@code users} on {@code peer} as soon as it answers. */
    public void later(Peer peer, List<String> users, Delivery delivery) {
        if (!users.isEmpty() && !members.isGone(peer)) {
            add(
                    peer.epoch(),
                    WaitingMessage.at(users, delivery),
                    message -> members.isGone(peer) || settled(peer, message));
        }
    }

    /** Delivers on other nodes as soon as the directory says where the users are, in so far as it is not taken. */
    void whenLocated(WaitingMessage message) {
        add(UNLOCATED, message, this::located);
    }

    /**
     * Whether earlier messages of the same device wait for {@code peer}, which a later one must not overtake. Waits a
     * little for them while they are being delivered.
     */
    boolean mustFollow(Peer peer, Delivery delivery) throws InterruptedException {
        RedeliveryQueues queues = waiting.get(peer.epoch());
        return queues != null && queues.holds(SendingDevice.of(delivery));
    }

    /** Whether messages of the same device wait for {@code peer}, this one perhaps among them. */
    public boolean waits(Peer peer, Delivery delivery) {
        RedeliveryQueues queues = waiting.get(peer.epoch());
        return queues != null && !queues.of(SendingDevice.of(delivery)).isEmpty();
    }

    /**
     * What waits of the same device until a batch's users can be located, and is not on the batch's node, is delivered
     * there now: a later message is about to be, and must not be the first to get there.
     */
    void catchUp(Batch batch, Delivery delivery) {
        RedeliveryQueues queues = waiting.get(UNLOCATED);
        List<WaitingMessage> earlier = queues == null ? List.of() : queues.of(SendingDevice.of(delivery));
        if (earlier.isEmpty()) {
            return;
        }
        Set<String> users = Set.copyOf(batch.users());
        for (WaitingMessage message : earlier) {
            List<String> lacking = message.lacking(users, batch.peer());
            later(batch.peer(), lacking, message.delivery());
            lacking.forEach(
                    user -> message.taken().add(new Taken(user, batch.peer().epoch())));
        }
    }

    /** For how many nodes, the unlocated counting as one, something waits. */
    int waitingFor() {
        return waiting.size();
    }

    /** Nothing is tried any more; what waits is lost with this node. */
    @Override
    public void close() {
        closed = true;
    }

    /** Ends the thread that tries once this is closed. */
    private boolean tried(RedeliveryQueues.Attempt attempt, WaitingMessage message) throws InterruptedException {
        if (closed) {
            throw new InterruptedException("closed");
        }
        return attempt.done(message);
    }

    private void add(long epoch, WaitingMessage message, RedeliveryQueues.Attempt attempt) {
        RedeliveryQueues.Attempt untilClosed = waits -> tried(attempt, waits);
        RedeliveryQueues.QueueAdmission admission = RedeliveryQueues.QueueAdmission.OVER;
        while (admission == RedeliveryQueues.QueueAdmission.OVER) {
            admission = waiting.computeIfAbsent(
                            epoch,
                            e -> new RedeliveryQueues(
                                    RedeliveryQueues.Timing.USUAL, untilClosed, room, () -> waiting.remove(epoch)))
                    .add(message);
        }
        if (admission == RedeliveryQueues.QueueAdmission.DROPPED) {
            dropped(message);
        }
    }

    private void dropped(WaitingMessage message) {
        dropped.of(message.sender().tenant()).increment();
    }

    /** Looks the users up, once the directory has been back long enough for every node to have said who is there. */
    private boolean located(WaitingMessage message) throws InterruptedException {
        if (members.isSettling() || System.nanoTime() - message.notBefore() < 0) {
            return false;
        }
        Optional<Map<String, List<Route>>> found =
                routes.findAll(message.sender().tenant(), message.users(), new PendingWrites());
        found.ifPresent(known -> Batch.of(known, members.self())
                .forEach(batch -> later(
                        batch.peer(), message.lacking(Set.copyOf(batch.users()), batch.peer()), message.delivery())));
        return found.isPresent();
    }

    /** Whether the node answered, or failed at the message and would again: it is not asked for ever. */
    private boolean settled(Peer peer, WaitingMessage message) throws InterruptedException {
        Delivery delivery = message.delivery();
        return switch (links.call(peer, Envelopes.call(Envelopes.of(delivery), delivery, message.users()))) {
            case NodeLinks.Reply.Answered answered -> true;
            case NodeLinks.Reply.Failed failed -> {
                dropped(message);
                yield true;
            }
            case NodeLinks.Reply.NotAsked notAsked -> false;
            case NodeLinks.Reply.Unknown unknown -> false;
        };
    }
}
