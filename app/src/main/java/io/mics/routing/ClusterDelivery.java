package io.mics.routing;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.Envelope;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Delivery over the links. A cached route is never trusted blindly: the receiving node says for each user whether it
 * had a session; where it had none, the sender forgets the route, looks again once, and then gives up.
 */
public final class ClusterDelivery implements RemoteDelivery {
    /** Above what a call may take: two attempts at the link's deadline. */
    private static final Duration ROUND_DEADLINE = Duration.ofSeconds(5);

    private final RouteCache routes;
    private final Membership members;
    private final NodeLinks links;
    private final Redelivery again;
    private final Supplier<FanOutBounds> bounds;
    private final Metrics metrics;

    /** Delivery to {@code members}; {@code bounds} are asked for each message. */
    public ClusterDelivery(
            RouteCache routes,
            Membership members,
            NodeLinks links,
            Redelivery again,
            Supplier<FanOutBounds> bounds,
            Metrics metrics) {
        this.routes = routes;
        this.members = members;
        this.links = links;
        this.again = again;
        this.bounds = bounds;
        this.metrics = metrics;
    }

    /** What one message's rounds have come to. */
    private static final class Progress {
        final Delivery delivery;
        final Envelope envelope;
        final Set<String> delivered = new HashSet<>();
        final Set<String> somewhere = new HashSet<>();
        final List<Batch> unreached = new ArrayList<>();

        Progress(Delivery delivery) {
            this.delivery = delivery;
            this.envelope = Envelopes.of(delivery);
        }
    }

    @Override
    public Reached deliver(List<String> users, Delivery delivery, PendingWrites writes) throws InterruptedException {
        String tenant = delivery.message().getTenantId();
        List<Batch> batches = locate(tenant, users, delivery);
        if (batches.isEmpty()) {
            return Reached.NOBODY;
        }
        writes.start();
        Progress progress = new Progress(delivery);
        Set<String> missed = round(tenant, batches, progress);
        if (!missed.isEmpty()) {
            missed.forEach(user -> routes.forget(tenant, user));
            metrics.counter(Metric.ROUTES_STALE, tenant).add(missed.size());
            round(tenant, locate(tenant, List.copyOf(missed), delivery), progress);
        }
        progress.unreached.forEach(batch -> again.later(batch.peer(), batch.users(), delivery));
        progress.somewhere.removeAll(progress.delivered);
        return new Reached(progress.delivered, progress.somewhere);
    }

    /** The nodes to ask; when it cannot be known for sure now, all is looked up again later. */
    private List<Batch> locate(String tenant, List<String> users, Delivery delivery) throws InterruptedException {
        Optional<Map<String, List<Route>>> found = find(tenant, users);
        if (found.isEmpty() || members.isSettling()) {
            again.whenLocated(users, delivery);
        }
        return Batch.of(found.orElse(Map.of()), members.self());
    }

    @Override
    public void deliverAnew(List<String> users, Delivery delivery) throws InterruptedException {
        String tenant = delivery.message().getTenantId();
        users.forEach(user -> routes.forget(tenant, user));
        Map<String, List<Route>> found = find(tenant, users).orElse(Map.of());
        round(tenant, Batch.of(found, members.self()), new Progress(delivery));
    }

    private Optional<Map<String, List<Route>>> find(String tenant, List<String> users) throws InterruptedException {
        return users.size() == 1 ? one(tenant, users.getFirst()) : routes.findAll(tenant, users);
    }

    private Optional<Map<String, List<Route>>> one(String tenant, String user) {
        return switch (routes.find(tenant, user)) {
            case Routes.Found.Known known -> Optional.of(Map.of(user, known.routes()));
            case Routes.Found.Unavailable unavailable -> Optional.empty();
        };
    }

    /** Sends every batch at once; returns the users whom a node did not have. */
    private Set<String> round(String tenant, List<Batch> batches, Progress progress) throws InterruptedException {
        Set<String> missed = new HashSet<>();
        if (batches.isEmpty()) {
            return missed;
        }
        if (batches.size() == 1) {
            note(tenant, batches.getFirst(), send(tenant, batches.getFirst(), progress), progress, missed);
            return missed;
        }
        List<Subtask<NodeLinks.Reply>> replies = new ArrayList<>(batches.size());
        int width = bounds.get().widthOf(batches.size());
        try (TaskScope scope = TaskScope.open("links", width, Deadline.after(ROUND_DEADLINE))) {
            for (Batch batch : batches) {
                replies.add(scope.fork(() -> send(tenant, batch, progress)));
            }
            scope.join();
            for (int i = 0; i < batches.size(); i++) {
                note(tenant, batches.get(i), replies.get(i).get(), progress, missed);
            }
        }
        return missed;
    }

    private NodeLinks.Reply send(String tenant, Batch batch, Progress progress) throws InterruptedException {
        if (members.isGone(batch.peer())) {
            return new NodeLinks.Reply.NotAsked("not a member");
        }
        long start = System.nanoTime();
        NodeLinks.Reply reply =
                links.call(batch.peer(), Envelopes.call(progress.envelope, progress.delivery, batch.users()));
        metrics.histogram(Metric.GRPC_FORWARD_DURATION, tenant, via(batch)).recordSince(start);
        return reply;
    }

    private void note(String tenant, Batch batch, NodeLinks.Reply reply, Progress progress, Set<String> missed) {
        progress.somewhere.addAll(batch.users());
        switch (reply) {
            case NodeLinks.Reply.Answered answered -> {
                if (answered.answer().hasDelivered()) {
                    note(tenant, batch, answered.answer().getDelivered(), progress, missed);
                } else {
                    failed(tenant, batch, "failure", progress);
                }
            }
            case NodeLinks.Reply.NotAsked notAsked -> failed(tenant, batch, "not_asked", progress);
            case NodeLinks.Reply.Unknown unknown -> failed(tenant, batch, "unknown", progress);
        }
    }

    private void note(String tenant, Batch batch, Delivered outcome, Progress progress, Set<String> missed) {
        Set<String> without = new HashSet<>();
        outcome.getNoSessionList().forEach(i -> without.add(batch.users().get(i)));
        missed.addAll(without);
        outcome.getNotTakenList().forEach(i -> without.add(batch.users().get(i)));
        batch.users().stream().filter(user -> !without.contains(user)).forEach(progress.delivered::add);
        metrics.counter(Metric.DELIVERIES, tenant, via(batch)).add(batch.users().size() - without.size());
    }

    private void failed(String tenant, Batch batch, String status, Progress progress) {
        progress.unreached.add(batch);
        metrics.counter(Metric.GRPC_FORWARD_FAILED, tenant, via(batch), status).increment();
    }

    private static String via(Batch batch) {
        return batch.users().size() == 1 ? "grpc_single" : "grpc_batch";
    }
}
