package io.mics.routing.home;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.ConnectedSessions;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.OfferBacklog;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.Presence;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Announces messages buffered here to the nodes and sessions their user may have all the same: looks the user up, past
 * the cache, and notifies them, until the messages are taken or the user has no device; then the user's next connection
 * takes them. One look-up at a time per user.
 */
public final class BacklogAnnouncer implements BacklogAnnouncements {
    private static final Log LOG = Log.of(BacklogAnnouncer.class);
    private static final int CONCURRENT = 64;
    /** From an announcement to the check whether the messages were taken. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OfflineBuffer<Delivery> buffer;
    private final ConnectedSessions sessions;
    private final RouteCache routes;
    private final Membership members;
    private final NodeLinks links;
    private final Semaphore permits = new Semaphore(CONCURRENT);
    private final Set<Absent> active = ConcurrentHashMap.newKeySet();
    private final Set<Absent> again = ConcurrentHashMap.newKeySet();

    private record Absent(String tenant, String user) {}

    private enum Presence {
        NOWHERE,
        PERHAPS
    }

    public BacklogAnnouncer(
            OfflineBuffer<Delivery> buffer,
            ConnectedSessions sessions,
            RouteCache routes,
            Membership members,
            NodeLinks links) {
        this.buffer = buffer;
        this.sessions = sessions;
        this.routes = routes;
        this.members = members;
        this.links = links;
    }

    @Override
    public void announce(String tenant, String user) {
        Absent absent = new Absent(tenant, user);
        if (active.add(absent)) {
            CriticalThreads.start("backlog-announcer", () -> run(absent));
        } else {
            // the look-up in flight may have seen the directory before the message was buffered
            again.add(absent);
        }
    }

    private void run(Absent absent) {
        try {
            Presence presence = Presence.PERHAPS;
            while (buffer.holds(absent.tenant(), absent.user()) && presence == Presence.PERHAPS) {
                again.remove(absent);
                permits.acquire();
                try {
                    presence = lookUp(absent);
                } finally {
                    permits.release();
                }
                if (presence == Presence.PERHAPS) {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("backlog_announcement_failed", e, "tenant", absent.tenant(), "user", absent.user());
        } finally {
            active.remove(absent);
            if (again.remove(absent) && !Thread.currentThread().isInterrupted()) {
                announce(absent.tenant(), absent.user());
            }
        }
    }

    private Presence lookUp(Absent absent) throws InterruptedException {
        boolean here = sessions.deliverBacklog(absent.tenant(), absent.user(), new LocalBacklog(buffer));
        return switch (routes.findAnew(absent.tenant(), absent.user())) {
            case Routes.Found.Unavailable unavailable -> Presence.PERHAPS;
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
                        "backlog_announced",
                        "tenant",
                        absent.tenant(),
                        "user",
                        absent.user(),
                        "here",
                        here,
                        "nodes",
                        nodes.stream().map(Peer::node).toList());
                yield here || !nodes.isEmpty() ? Presence.PERHAPS : Presence.NOWHERE;
            }
        };
    }
}
