package io.mics.routing.home;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Log;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.BacklogSource;
import io.mics.offline.Drain;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The homes of absent users on other nodes. A home that does not answer is skipped for the next by score, and in the
 * end this node stores the message itself; what is stored on a node that is not its home is moved as soon as its home
 * answers.
 */
public final class Homes implements HomePeers {
    private static final Log LOG = Log.of(Homes.class);
    /** How many nodes by score are tried, and asked on connect. */
    private static final int TRIED = 2;

    /** Users whose messages are moved at one time. */
    private static final int MOVES = 16;
    /** What is not moved by then is moved at the next call. */
    private static final Duration MOVES_DEADLINE = Duration.ofSeconds(60);

    private static final Duration RETRY_DELAY = Duration.ofMillis(50);

    private final Membership members;
    private final NodeLinks links;
    private final Redelivery again;
    private final OfflineBuffer<Delivery> buffer;
    /** Set while something may be stored here that has another home. */
    private final AtomicBoolean misplaced = new AtomicBoolean();

    private volatile boolean leaving;
    private volatile BacklogAnnouncements announcements = BacklogAnnouncements.ALONE;

    public Homes(Membership members, NodeLinks links, Redelivery again, OfflineBuffer<Delivery> buffer) {
        this.members = members;
        this.links = links;
        this.again = again;
        this.buffer = buffer;
        members.onChange(() -> misplaced.set(true));
    }

    /** Announces messages that could not be moved: a user who connected meanwhile found nothing here to take. */
    public void open(BacklogAnnouncements toWhereverTheUserIs) {
        announcements = toWhereverTheUserIs;
    }

    @Override
    public Stored store(String tenant, List<String> users, Delivery delivery) throws InterruptedException {
        Placement placement = new Placement(delivery);
        List<String> left = users;
        for (int rank = 0; rank < TRIED && !left.isEmpty(); rank++) {
            left = placement.round(tenant, left, rank);
        }
        if (!left.isEmpty()) {
            misplaced.set(true);
            placement.here.addAll(left);
        }
        return new Stored(placement.stored, placement.here);
    }

    /** One message being stored at its recipients' homes. */
    private final class Placement {
        final Delivery delivery;
        final List<String> here = new ArrayList<>();
        int stored;

        Placement(Delivery delivery) {
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
            if (again.waits(home, delivery)) {
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

    /**
     * Moves what is stored here and has its home elsewhere; what cannot be moved now is tried again at the next call.
     */
    public void moveMisplaced() throws InterruptedException {
        if (misplaced.compareAndSet(true, false)) {
            move();
        }
    }

    /**
     * This node is nobody's home any more: everything it stores is handed to the others, for at most {@code timeout}.
     *
     * @return the users whose messages could not be handed over
     */
    public int leave(Duration timeout) throws InterruptedException {
        leaving = true;
        Deadline deadline = Deadline.after(timeout);
        int left = move();
        while (left > 0 && members.live().size() > 1 && !deadline.expired()) {
            Thread.sleep(RETRY_DELAY);
            left = move();
        }
        return left;
    }

    /** Whether this node still takes messages for others. */
    public boolean isLeaving() {
        return leaving;
    }

    private enum Move {
        MOVED,
        /** Somebody is taking the messages. */
        BUSY,
        /** The home has no room: what it does not take stays here. */
        FULL,
        /** The home does not answer. */
        AWAY
    }

    /** Moves what has its home elsewhere, some users at one time; returns how many users' messages stay. */
    private int move() throws InterruptedException {
        Set<Peer> away = ConcurrentHashMap.newKeySet();
        AtomicInteger moved = new AtomicInteger();
        int all = 0;
        try (TaskScope scope = TaskScope.collecting("moves", MOVES, Deadline.after(MOVES_DEADLINE))) {
            for (Map.Entry<String, List<String>> tenant : buffer.holders().entrySet()) {
                for (String user : tenant.getValue()) {
                    Optional<Peer> home = homeElsewhere(tenant.getKey(), user);
                    all += leaving || home.isPresent() ? 1 : 0;
                    if (home.isPresent() && !away.contains(home.get())) {
                        scope.fork(() -> move(tenant.getKey(), user, home.get(), away) ? moved.incrementAndGet() : 0);
                    }
                }
            }
            scope.join();
        }
        int left = all - moved.get();
        if (left > 0) {
            misplaced.set(true);
        }
        if (moved.get() > 0 || !away.isEmpty()) {
            LOG.info("buffered_messages_moved", "users", moved.get(), "left", left);
        }
        return left;
    }

    private boolean move(String tenant, String user, Peer home, Set<Peer> away) throws InterruptedException {
        try {
            Move outcome = move(tenant, user, home);
            if (outcome == Move.AWAY) {
                away.add(home);
            }
            if (outcome == Move.MOVED || outcome == Move.BUSY) {
                return outcome == Move.MOVED;
            }
        } catch (RuntimeException e) {
            LOG.error("buffered_messages_not_moved", e, "tenant", tenant, "user", user);
        }
        announcements.announce(tenant, user);
        return false;
    }

    /** The user's home when it is not here. */
    private Optional<Peer> homeElsewhere(String tenant, String user) {
        List<Peer> live = members.live().stream()
                .filter(peer -> !leaving || !peer.equals(members.self()))
                .toList();
        return home(live, tenant, user, 0).filter(home -> !home.equals(members.self()));
    }

    private Move move(String tenant, String user, Peer home) throws InterruptedException {
        if (!(new LocalBacklog(buffer).take(tenant, user) instanceof BacklogSource.Taking.Taken taken)) {
            return buffer.holds(tenant, user) ? Move.BUSY : Move.MOVED;
        }
        try (Drain<Delivery> drain = taken.drain()) {
            List<Delivery> page = drain.messages();
            while (!page.isEmpty()) {
                for (Delivery delivery : page) {
                    NodeLinks.Reply reply = links.call(
                            home,
                            NodeCall.newBuilder()
                                    .setKeep(Keep.newBuilder()
                                            .setEnvelope(Envelopes.of(delivery))
                                            .addUserIds(user)));
                    if (!(reply instanceof NodeLinks.Reply.Answered answered
                            && answered.answer().hasKept())) {
                        return Move.AWAY;
                    }
                    if (answered.answer().getKept().getRefusedCount() > 0) {
                        return Move.FULL;
                    }
                    drain.confirm(1);
                }
                page = drain.messages();
            }
        }
        return Move.MOVED;
    }

    /** The node with the n-th highest score for a user. */
    private static Optional<Peer> home(List<Peer> nodes, String tenant, String user, int rank) {
        List<String> names = new ArrayList<>(nodes.stream().map(Peer::node).toList());
        for (int i = 0; i < rank; i++) {
            HomeNode.of(tenant, user, names).ifPresent(names::remove);
        }
        Optional<String> name = HomeNode.of(tenant, user, names);
        return name.flatMap(
                home -> nodes.stream().filter(peer -> peer.node().equals(home)).findFirst());
    }
}
