package io.mics.routing;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages for devices that could not be reached, whose users may have got them on another device: tried again, in
 * order and under the same identity, until their node answers or is a member no more, or until the directory says where
 * they are. Bounded per lane; what does not fit is dropped and counted.
 */
public final class Redelivery {
    /** Senders of one lane are tried again one after the other; several lanes make up for the time lost. */
    private static final int LANES = 16;

    private static final int MAX_MESSAGES = 1_000;
    private static final long MAX_BYTES = 2 << 20;
    /** No epoch: messages whose devices could not be located. */
    private static final long UNLOCATED = 0;

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final RouteCache routes;
    private final Membership members;
    private final NodeLinks links;
    private final Metrics metrics;
    private final Map<Lane, Waiting> waiting = new ConcurrentHashMap<>();

    private record Message(List<String> users, Delivery delivery, long nanos) {}

    /** What waits in one lane. */
    private static final class Waiting {
        final ReentrantLock lock = new ReentrantLock();
        final Deque<Message> messages = new ArrayDeque<>();
        long bytes;
        boolean running;
    }

    public Redelivery(RouteCache routes, Membership members, NodeLinks links, Metrics metrics) {
        this.routes = routes;
        this.members = members;
        this.links = links;
        this.metrics = metrics;
    }

    /** Delivers to {@code users} on {@code peer} as soon as it answers. */
    void later(Peer peer, List<String> users, Delivery delivery) {
        if (users.isEmpty() || members.isGone(peer)) {
            return;
        }
        add(
                peer.epoch(),
                new Message(users, delivery, System.nanoTime()),
                message -> members.isGone(peer) || answered(peer, message));
    }

    /** Delivers to {@code users} on other nodes as soon as the directory says where they are. */
    void whenLocated(List<String> users, Delivery delivery) {
        add(UNLOCATED, new Message(users, delivery, System.nanoTime()), this::located);
    }

    /** Messages for one node, or for devices not located, of some of the senders: their order is kept. */
    private record Lane(long epoch, int number) {
        static Lane of(long epoch, Delivery delivery) {
            int sender = delivery.message().getUserId().hashCode()
                    ^ delivery.message().getDeviceId().hashCode();
            return new Lane(epoch, sender & LANES - 1);
        }
    }

    private interface Attempt {
        /** Whether the message need not be tried again. */
        boolean done(Message message) throws InterruptedException;
    }

    private void add(long epoch, Message message, Attempt attempt) {
        Waiting queue = waiting.computeIfAbsent(Lane.of(epoch, message.delivery()), lane -> new Waiting());
        queue.lock.lock();
        try {
            int weight = message.delivery().weight();
            if (queue.messages.size() >= MAX_MESSAGES || queue.bytes + weight > MAX_BYTES) {
                String tenant = message.delivery().message().getTenantId();
                metrics.counter(Metric.REDELIVERIES_DROPPED, tenant).increment();
                return;
            }
            queue.messages.add(message);
            queue.bytes += weight;
            if (!queue.running) {
                queue.running = true;
                Thread.ofVirtual().name("redelivery").start(() -> run(queue, attempt));
            }
        } finally {
            queue.lock.unlock();
        }
    }

    private static void run(Waiting queue, Attempt attempt) {
        try {
            Message next = first(queue);
            while (next != null) {
                if (attempt.done(next)) {
                    next = following(queue);
                } else {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks the users up, once the directory has been back long enough for every node to have said who is there. */
    private boolean located(Message message) throws InterruptedException {
        long waited = System.nanoTime() - message.nanos();
        if (members.isSettling() || waited < Membership.SETTLING.toNanos()) {
            return false;
        }
        String tenant = message.delivery().message().getTenantId();
        Optional<Map<String, List<Route>>> found = routes.findAll(tenant, message.users());
        found.ifPresent(known -> Batch.of(known, members.self())
                .forEach(batch -> later(batch.peer(), batch.users(), message.delivery())));
        return found.isPresent();
    }

    private boolean answered(Peer peer, Message message) throws InterruptedException {
        Delivery delivery = message.delivery();
        NodeLinks.Reply reply = links.call(peer, Envelopes.call(Envelopes.of(delivery), delivery, message.users()));
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
}
