package io.mics.routing.home;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.TaskScope;
import io.mics.observe.Log;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.BacklogLease;
import io.mics.offline.BacklogSource;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.node.v1.Keep;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Envelopes;
import io.mics.routing.directory.Membership;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Moves buffered messages to their users' homes: those that are stored here and belong elsewhere, and all of them when
 * this node leaves. Messages that could not be moved are announced, since a user who connected meanwhile found nothing
 * here to take.
 */
public final class HomeMigration {
    private static final Log LOG = Log.of(HomeMigration.class);

    /** Users whose messages are moved at one time. */
    private static final int MOVES = 16;
    /** What is not moved by then is moved at the next call. */
    private static final Duration MOVES_DEADLINE = Duration.ofSeconds(60);

    private static final Duration RETRY_DELAY = Duration.ofMillis(50);

    private final Homes homes;
    private final Membership members;
    private final NodeLinks links;
    private final OfflineBuffer<Delivery> buffer;
    private final BacklogAnnouncements announcements;

    public HomeMigration(
            Homes homes,
            Membership members,
            NodeLinks links,
            OfflineBuffer<Delivery> buffer,
            BacklogAnnouncements announcements) {
        this.homes = homes;
        this.members = members;
        this.links = links;
        this.buffer = buffer;
        this.announcements = announcements;
    }

    /**
     * Moves what is stored here and has its home elsewhere; what cannot be moved now is tried again at the next call.
     */
    public void moveMisplaced() throws InterruptedException {
        if (homes.takeMisplaced()) {
            move();
        }
    }

    /**
     * This node is nobody's home any more: everything it stores is handed to the others, for at most {@code timeout}.
     *
     * @return the users whose messages could not be handed over
     */
    public int leave(Duration timeout) throws InterruptedException {
        homes.leave();
        Deadline deadline = Deadline.after(timeout);
        int left = move();
        while (left > 0 && members.live().size() > 1 && !deadline.expired()) {
            Thread.sleep(RETRY_DELAY);
            left = move();
        }
        return left;
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
        Set<Peer> unreachable = ConcurrentHashMap.newKeySet();
        AtomicInteger moved = new AtomicInteger();
        int all = 0;
        try (TaskScope scope = TaskScope.collecting("moves", MOVES, Deadline.after(MOVES_DEADLINE))) {
            for (Map.Entry<String, List<String>> tenant : buffer.holders().entrySet()) {
                for (String user : tenant.getValue()) {
                    Optional<Peer> home = homes.homeElsewhere(tenant.getKey(), user);
                    all += homes.isLeaving() || home.isPresent() ? 1 : 0;
                    if (home.isPresent() && !unreachable.contains(home.get())) {
                        scope.fork(() ->
                                move(tenant.getKey(), user, home.get(), unreachable) ? moved.incrementAndGet() : 0);
                    }
                }
            }
            scope.join();
        }
        int left = all - moved.get();
        if (left > 0) {
            homes.misplaced();
        }
        if (moved.get() > 0 || !unreachable.isEmpty()) {
            LOG.info("buffered_messages_moved", "users", moved.get(), "left", left);
        }
        return left;
    }

    private boolean move(String tenant, String user, Peer home, Set<Peer> unreachable) throws InterruptedException {
        try {
            Move outcome = move(tenant, user, home);
            if (outcome == Move.AWAY) {
                unreachable.add(home);
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

    private Move move(String tenant, String user, Peer home) throws InterruptedException {
        if (!(new LocalBacklog(buffer).take(tenant, user) instanceof BacklogSource.Taking.Taken taken)) {
            return buffer.holds(tenant, user) ? Move.BUSY : Move.MOVED;
        }
        try (BacklogLease<Delivery> lease = taken.lease()) {
            List<Delivery> page = lease.messages();
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
                    lease.confirm(1);
                }
                page = lease.messages();
            }
        }
        return Move.MOVED;
    }
}
