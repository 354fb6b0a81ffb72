package io.mics.routing.home;

import io.mics.offline.BacklogSource;
import io.mics.offline.HomePeers;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.node.v1.Keep;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Envelopes;
import io.mics.routing.delivery.Redelivery;
import io.mics.routing.directory.Membership;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The homes of absent users on other nodes. A home that does not answer is skipped for the next by score, and in the
 * end this node stores the message itself, from where {@link HomeMigration} moves it as soon as its home answers.
 */
public final class Homes implements HomePeers {
    /** How many nodes by score are tried, and asked on connect. */
    private static final int TRIED = 2;

    private final Membership members;
    private final NodeLinks links;
    private final Redelivery redelivery;
    private final OfflineBuffer<Delivery> buffer;
    /** Set while something may be stored here that has another home. */
    private final AtomicBoolean misplaced = new AtomicBoolean();

    private volatile boolean leaving;

    public Homes(Membership members, NodeLinks links, Redelivery redelivery, OfflineBuffer<Delivery> buffer) {
        this.members = members;
        this.links = links;
        this.redelivery = redelivery;
        this.buffer = buffer;
        members.onChange(() -> misplaced.set(true));
    }

    @Override
    public Stored store(String tenant, List<String> users, Delivery delivery) throws InterruptedException {
        StoreAtHomes storing = new StoreAtHomes(delivery);
        List<String> left = users;
        for (int rank = 0; rank < TRIED && !left.isEmpty(); rank++) {
            left = storing.round(tenant, left, rank);
        }
        if (!left.isEmpty()) {
            misplaced.set(true);
            storing.here.addAll(left);
        }
        return new Stored(storing.stored, storing.here);
    }

    /** One message being stored at its recipients' homes. */
    private final class StoreAtHomes {
        final Delivery delivery;
        final List<String> here = new ArrayList<>();
        int stored;

        StoreAtHomes(Delivery delivery) {
            this.delivery = delivery;
        }

        /** Tries the homes of one rank; returns the users whose home did not answer. */
        List<String> round(String tenant, List<String> users, int rank) throws InterruptedException {
            Map<Peer, List<String>> byHome = new LinkedHashMap<>(4);
            for (String user : users) {
                Optional<Peer> home = home(members.live(), tenant, user, rank);
                if (home.isEmpty() || home.get().equals(members.self())) {
                    here.add(user);
                    misplaced.compareAndSet(false, rank > 0 || leaving);
                } else {
                    byHome.computeIfAbsent(home.get(), h -> new ArrayList<>(1)).add(user);
                }
            }
            List<String> unanswered = new ArrayList<>(0);
            for (Map.Entry<Peer, List<String>> home : byHome.entrySet()) {
                NodeLinks.Reply reply = ask(home.getKey(), home.getValue());
                if (reply instanceof NodeLinks.Reply.Answered answered
                        && answered.answer().hasKept()) {
                    stored +=
                            home.getValue().size() - answered.answer().getKept().getRefusedCount();
                } else {
                    unanswered.addAll(home.getValue());
                }
            }
            return unanswered;
        }

        /** A home that may answer again would hand the message out before those that wait for it: it is skipped. */
        private NodeLinks.Reply ask(Peer home, List<String> users) throws InterruptedException {
            if (redelivery.waits(home, delivery)) {
                return new NodeLinks.Reply.NotAsked("earlier messages wait");
            }
            return links.call(
                    home,
                    NodeCall.newBuilder()
                            .setKeep(Keep.newBuilder()
                                    .setEnvelope(Envelopes.of(delivery))
                                    .addAllUserIds(users)));
        }
    }

    @Override
    public List<BacklogSource> homes(String tenant, String user) {
        Membership.Nodes nodes = members.nodes();
        Map<Long, BacklogSource> homes = new LinkedHashMap<>(4);
        if (System.nanoTime() - nodes.changedNanos() < 2 * members.lease().toNanos()) {
            add(homes, home(nodes.before(), tenant, user, 0).filter(members::isLive));
        }
        for (int rank = TRIED - 1; rank >= 0; rank--) {
            add(homes, home(nodes.live(), tenant, user, rank));
        }
        add(homes, Optional.of(members.self()));
        return List.copyOf(homes.values());
    }

    private void add(Map<Long, BacklogSource> homes, Optional<Peer> home) {
        home.ifPresent(peer -> homes.computeIfAbsent(
                peer.epoch(),
                epoch -> peer.equals(members.self()) ? new LocalBacklog(buffer) : new RemoteBacklog(links, peer)));
    }

    /** Whether something may be stored here that has another home, for the first who asks. */
    boolean takeMisplaced() {
        return misplaced.compareAndSet(true, false);
    }

    /** Says that something is stored here that has another home. */
    void misplaced() {
        misplaced.set(true);
    }

    /** This node is nobody's home any more. */
    void leave() {
        leaving = true;
    }

    /** Whether this node still takes messages for others. */
    public boolean isLeaving() {
        return leaving;
    }

    /** The user's home when it is not here. */
    Optional<Peer> homeElsewhere(String tenant, String user) {
        List<Peer> live = members.live().stream()
                .filter(peer -> !leaving || !peer.equals(members.self()))
                .toList();
        return home(live, tenant, user, 0).filter(home -> !home.equals(members.self()));
    }

    /** The node with the n-th highest score for a user. */
    static Optional<Peer> home(List<Peer> nodes, String tenant, String user, int rank) {
        List<String> names = new ArrayList<>(nodes.stream().map(Peer::node).toList());
        for (int i = 0; i < rank; i++) {
            HomeNode.of(tenant, user, names).ifPresent(names::remove);
        }
        Optional<String> name = HomeNode.of(tenant, user, names);
        return name.flatMap(
                home -> nodes.stream().filter(peer -> peer.node().equals(home)).findFirst());
    }
}
