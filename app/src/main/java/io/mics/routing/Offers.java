package io.mics.routing;

import io.mics.concurrent.VitalThreads;
import io.mics.observe.Log;
import io.mics.offline.BacklogOffers;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.PresentSessions;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.OfferBacklog;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Messages kept here whose user may be somewhere all the same: looks for the user, anew, and offers what is kept, until
 * it is taken or the user is nowhere; then the user's next connection takes it. One look at a time per user.
 */
public final class Offers implements BacklogOffers {
    private static final Log LOG = Log.of(Offers.class);
    private static final int CONCURRENT = 64;
    /** From an offer to the look whether it was taken. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OfflineBuffer<Delivery> buffer;
    private final PresentSessions present;
    private final RouteCache routes;
    private final Membership members;
    private final NodeLinks links;
    private final Semaphore permits = new Semaphore(CONCURRENT);
    private final Set<Absent> looking = ConcurrentHashMap.newKeySet();
    private final Set<Absent> again = ConcurrentHashMap.newKeySet();

    private record Absent(String tenant, String user) {}

    private enum Look {
        NOWHERE,
        LATER
    }

    public Offers(
            OfflineBuffer<Delivery> buffer,
            PresentSessions present,
            RouteCache routes,
            Membership members,
            NodeLinks links) {
        this.buffer = buffer;
        this.present = present;
        this.routes = routes;
        this.members = members;
        this.links = links;
    }

    @Override
    public void offer(String tenant, String user) {
        Absent absent = new Absent(tenant, user);
        if (looking.add(absent)) {
            VitalThreads.start("offer", () -> run(absent));
        } else {
            // the look under way may have seen the directory before the message was kept
            again.add(absent);
        }
    }

    private void run(Absent absent) {
        try {
            Look look = Look.LATER;
            while (buffer.holds(absent.tenant(), absent.user()) && look == Look.LATER) {
                again.remove(absent);
                permits.acquire();
                try {
                    look = look(absent);
                } finally {
                    permits.release();
                }
                if (look == Look.LATER) {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("backlog_offer_failed", e, "tenant", absent.tenant(), "user", absent.user());
        } finally {
            looking.remove(absent);
            if (again.remove(absent) && !Thread.currentThread().isInterrupted()) {
                offer(absent.tenant(), absent.user());
            }
        }
    }

    private Look look(Absent absent) throws InterruptedException {
        boolean here = present.offerBacklog(absent.tenant(), absent.user(), new LocalBacklog(buffer));
        return switch (routes.findAnew(absent.tenant(), absent.user())) {
            case Routes.Found.Unavailable unavailable -> Look.LATER;
            case Routes.Found.Known known -> {
                List<Peer> nodes = known.routes().stream()
                        .map(Route::node)
                        .filter(peer -> peer.epoch() != members.self().epoch())
                        .distinct()
                        .toList();
                for (Peer node : nodes) {
                    links.call(
                            node,
                            NodeCall.newBuilder()
                                    .setOfferBacklog(OfferBacklog.newBuilder()
                                            .setTenantId(absent.tenant())
                                            .setUserId(absent.user())));
                }
                LOG.debug(
                        "backlog_offered",
                        "tenant",
                        absent.tenant(),
                        "user",
                        absent.user(),
                        "here",
                        here,
                        "nodes",
                        nodes.stream().map(Peer::node).toList());
                yield here || !nodes.isEmpty() ? Look.LATER : Look.NOWHERE;
            }
        };
    }
}
