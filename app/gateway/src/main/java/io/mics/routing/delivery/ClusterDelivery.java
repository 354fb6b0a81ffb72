package io.mics.routing.delivery;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Counter;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.Envelope;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.WaitingMessage.Taken;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
    private final Redelivery redelivery;
    private final Supplier<FanOutBounds> bounds;
    private final Metrics.PerTenant<ForwardMeters> meters;

    /** Delivery to {@code members}; {@code bounds} are asked for each message. */
    public ClusterDelivery(
            RouteCache routes,
            Membership members,
            NodeLinks links,
            Redelivery redelivery,
            Supplier<FanOutBounds> bounds,
            Metrics metrics) {
        this.routes = routes;
        this.members = members;
        this.links = links;
        this.redelivery = redelivery;
        this.bounds = bounds;
        this.meters = metrics.perTenant(tenant -> new ForwardMeters(metrics, tenant));
    }

    /** What one message's rounds have come to. */
    private static final class Progress {
        final Delivery delivery;
        final Envelope envelope;
        final Set<String> delivered = new HashSet<>();
        final Set<String> somewhere = new HashSet<>();
        final List<Batch> unreached = new ArrayList<>();
        /** For whom it waits until the directory says where they are, and who has it meanwhile. */
        final Set<String> unlocated = new LinkedHashSet<>();

        final Set<Taken> taken = new HashSet<>();
        /** That got it, at least. */
        int devices;
        /** Users are asked about once more; the same device answers for them as before, perhaps. */
        boolean asksAgain;

        long notBefore = System.nanoTime();

        Progress(Delivery delivery) {
            this.delivery = delivery;
            this.envelope = Envelopes.of(delivery);
        }

        String tenant() {
            return delivery.message().getTenantId();
        }

        void took(Batch batch, String user) {
            if (!unlocated.isEmpty()) {
                taken.add(new Taken(user, batch.peer().epoch()));
            }
        }
    }

    /** How well users could be located. */
    private enum Certainty {
        SURE,
        /** Not every device may be in the directory. */
        SETTLING,
        /** The directory was needed, and did not answer. */
        UNKNOWN
    }

    private record Located(List<Batch> batches, Certainty certainty) {}

    @Override
    public Reached deliver(List<String> users, Delivery delivery, PendingWrites writes) throws InterruptedException {
        String tenant = delivery.message().getTenantId();
        Located located = locate(tenant, users, writes);
        if (located.batches().isEmpty() && located.certainty() == Certainty.SURE) {
            return Reached.NOBODY;
        }
        Progress progress = new Progress(delivery);
        if (!located.batches().isEmpty()) {
            writes.start();
        }
        Set<String> missed = round(toAsk(users, located, progress), progress);
        if (!missed.isEmpty()) {
            missed.forEach(user -> routes.forget(tenant, user));
            progress.asksAgain = true;
            meters.of(tenant).stale.add(missed.size());
            List<String> moved = List.copyOf(missed);
            round(toAsk(moved, locate(tenant, moved, writes), progress), progress);
        }
        for (Batch batch : progress.unreached) {
            redelivery.later(batch.peer(), batch.users(), delivery);
            batch.users().forEach(user -> progress.took(batch, user));
        }
        if (!progress.unlocated.isEmpty()) {
            redelivery.whenLocated(WaitingMessage.unlocated(
                    List.copyOf(progress.unlocated), delivery, progress.notBefore, progress.taken));
        }
        progress.somewhere.removeAll(progress.delivered);
        return new Reached(progress.delivered, progress.somewhere, progress.devices);
    }

    private Located locate(String tenant, List<String> users, PendingWrites writes) throws InterruptedException {
        Optional<Map<String, List<Route>>> found = find(tenant, users, writes);
        List<Batch> batches = Batch.of(found.orElse(Map.of()), members.self());
        if (found.isEmpty()) {
            return new Located(batches, Certainty.UNKNOWN);
        }
        return new Located(batches, members.isSettling() ? Certainty.SETTLING : Certainty.SURE);
    }

    /** The nodes to ask now. Users who cannot be located for sure are looked up again later. */
    private List<Batch> toAsk(List<String> users, Located located, Progress progress) {
        switch (located.certainty()) {
            case SURE -> {}
            case SETTLING -> progress.unlocated.addAll(users);
            case UNKNOWN -> {
                progress.unlocated.addAll(users);
                progress.notBefore = System.nanoTime() + Membership.SETTLING.toNanos();
            }
        }
        located.batches().forEach(batch -> redelivery.catchUp(batch, progress.delivery));
        return located.batches();
    }

    @Override
    public void deliverAnew(List<String> users, Delivery delivery) throws InterruptedException {
        String tenant = delivery.message().getTenantId();
        users.forEach(user -> routes.forget(tenant, user));
        List<Batch> batches = locate(tenant, users, new PendingWrites()).batches();
        batches.forEach(batch -> redelivery.catchUp(batch, delivery));
        round(batches, new Progress(delivery));
    }

    @Override
    public void deliverToEverybody(Delivery delivery) throws InterruptedException {
        List<Peer> peers = members.live().stream()
                .filter(peer -> peer.epoch() != members.self().epoch())
                .toList();
        if (peers.isEmpty()) {
            return;
        }
        Envelope envelope = Envelopes.of(delivery);
        int width = bounds.get().widthOf(peers.size());
        try (TaskScope scope = TaskScope.open("links", width, Deadline.after(ROUND_DEADLINE))) {
            for (Peer peer : peers) {
                var unused = scope.fork(() -> links.call(peer, Envelopes.call(envelope, delivery, List.of())));
            }
            scope.join();
        }
    }

    private Optional<Map<String, List<Route>>> find(String tenant, List<String> users, PendingWrites writes)
            throws InterruptedException {
        return users.size() == 1 ? one(tenant, users.getFirst(), writes) : routes.findAll(tenant, users, writes);
    }

    private Optional<Map<String, List<Route>>> one(String tenant, String user, PendingWrites writes) {
        return switch (routes.find(tenant, user, writes)) {
            case Routes.Found.Known known -> Optional.of(Map.of(user, known.routes()));
            case Routes.Found.Unavailable unavailable -> Optional.empty();
        };
    }

    /** Sends every batch at once; returns the users whom a node did not have. */
    private Set<String> round(List<Batch> batches, Progress progress) throws InterruptedException {
        Set<String> missed = new HashSet<>();
        if (batches.isEmpty()) {
            return missed;
        }
        if (batches.size() == 1) {
            note(batches.getFirst(), send(batches.getFirst(), progress), progress, missed);
            return missed;
        }
        List<Subtask<NodeLinks.Reply>> replies = new ArrayList<>(batches.size());
        int width = bounds.get().widthOf(batches.size());
        try (TaskScope scope = TaskScope.open("links", width, Deadline.after(ROUND_DEADLINE))) {
            for (Batch batch : batches) {
                replies.add(scope.fork(() -> send(batch, progress)));
            }
            scope.join();
            for (int i = 0; i < batches.size(); i++) {
                note(batches.get(i), replies.get(i).get(), progress, missed);
            }
        }
        return missed;
    }

    private NodeLinks.Reply send(Batch batch, Progress progress) throws InterruptedException {
        if (members.isGone(batch.peer())) {
            return new NodeLinks.Reply.NotAsked("not a member");
        }
        if (redelivery.mustFollow(batch.peer(), progress.delivery)) {
            return new NodeLinks.Reply.NotAsked("earlier messages wait");
        }
        long start = System.nanoTime();
        NodeLinks.Reply reply =
                links.call(batch.peer(), Envelopes.call(progress.envelope, progress.delivery, batch.users()));
        calls(batch, progress).duration().recordSince(start);
        return reply;
    }

    private void note(Batch batch, NodeLinks.Reply reply, Progress progress, Set<String> missed) {
        progress.somewhere.addAll(batch.users());
        switch (reply) {
            case NodeLinks.Reply.Answered answered -> {
                if (answered.answer().hasDelivered()) {
                    note(batch, answered.answer().getDelivered(), progress, missed);
                } else {
                    failed(batch, calls(batch, progress).failed(), progress);
                }
            }
            case NodeLinks.Reply.NotAsked notAsked ->
                failed(batch, calls(batch, progress).notAsked(), progress);
            case NodeLinks.Reply.Unknown unknown ->
                failed(batch, calls(batch, progress).unknown(), progress);
            case NodeLinks.Reply.Failed failed ->
                failed(batch, calls(batch, progress).failed(), progress);
        }
    }

    private void note(Batch batch, Delivered outcome, Progress progress, Set<String> missed) {
        Set<String> without = new HashSet<>();
        outcome.getNoSessionList().forEach(i -> without.add(batch.users().get(i)));
        missed.addAll(without);
        outcome.getNotTakenList().forEach(i -> without.add(batch.users().get(i)));
        batch.users().stream().filter(user -> !without.contains(user)).forEach(user -> {
            boolean first = progress.delivered.add(user);
            if (first || !progress.asksAgain) {
                progress.devices++;
            }
            progress.took(batch, user);
        });
        calls(batch, progress).delivered().add(batch.users().size() - without.size());
    }

    private static void failed(Batch batch, Counter counter, Progress progress) {
        progress.unreached.add(batch);
        counter.increment();
    }

    private ForwardMeters.Calls calls(Batch batch, Progress progress) {
        return meters.of(progress.tenant()).of(batch);
    }

    /** Makes every series of a tenant's messages to other nodes exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant) {
        var unused = new ForwardMeters(metrics, tenant);
    }
}
