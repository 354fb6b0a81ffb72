package io.mics.routing;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages for devices on a node that could not be reached, whose users got them on another device: tried again, in
 * order and under the same identity, until the node answers or is a member no more. Bounded per node; what does not fit
 * is dropped and counted.
 */
public final class Redelivery {
    private static final int MAX_MESSAGES = 10_000;
    private static final long MAX_BYTES = 16 << 20;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Membership members;
    private final NodeLinks links;
    private final Metrics metrics;
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

    private record Message(List<String> users, Delivery delivery) {}

    /** What waits for one node. */
    private static final class Waiting {
        final ReentrantLock lock = new ReentrantLock();
        final Deque<Message> messages = new ArrayDeque<>();
        long bytes;
        boolean running;
    }

    public Redelivery(Membership members, NodeLinks links, Metrics metrics) {
        this.members = members;
        this.links = links;
        this.metrics = metrics;
    }

    /** Delivers to {@code users} on {@code peer} as soon as it answers. */
    void later(Peer peer, List<String> users, Delivery delivery) {
        if (users.isEmpty() || members.isGone(peer)) {
            return;
        }
        Waiting queue = waiting.computeIfAbsent(peer.epoch(), epoch -> new Waiting());
        queue.lock.lock();
        try {
            if (queue.messages.size() >= MAX_MESSAGES || queue.bytes + delivery.weight() > MAX_BYTES) {
                dropped(delivery, 1);
                return;
            }
            queue.messages.add(new Message(users, delivery));
            queue.bytes += delivery.weight();
            if (!queue.running) {
                queue.running = true;
                Thread.ofVirtual().name("redelivery").start(() -> run(peer, queue));
            }
        } finally {
            queue.lock.unlock();
        }
    }

    private void run(Peer peer, Waiting queue) {
        try {
            Message next = first(queue);
            while (next != null) {
                if (!members.isGone(peer) && !answered(peer, next)) {
                    Thread.sleep(PAUSE);
                } else {
                    next = following(queue);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answered(Peer peer, Message message) throws InterruptedException {
        NodeLinks.Reply reply = links.call(
                peer,
                NodeCall.newBuilder()
                        .setDeliver(Deliver.newBuilder()
                                .setEnvelope(Envelopes.of(message.delivery()))
                                .addAllUserIds(message.users())));
        return reply instanceof NodeLinks.Reply.Answered;
    }

    private static @Nullable Message first(Waiting queue) {
        queue.lock.lock();
        try {
            return queue.messages.peek();
        } finally {
            queue.lock.unlock();
        }
    }

    /** Drops the first message; null ends the run. */
    private static @Nullable Message following(Waiting queue) {
        queue.lock.lock();
        try {
            queue.bytes -= queue.messages.remove().delivery().weight();
            Message next = queue.messages.peek();
            queue.running = next != null;
            return next;
        } finally {
            queue.lock.unlock();
        }
    }

    private void dropped(Delivery delivery, int count) {
        metrics.counter(Metric.REDELIVERIES_DROPPED, delivery.message().getTenantId())
                .add(count);
    }
}
