package io.mics.session;

import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.BackendPull;
import io.mics.offline.BacklogLease;
import io.mics.offline.BacklogSource;
import io.mics.offline.ConnectedSessions;
import io.mics.offline.HomePeers;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.LocalDevices;
import io.mics.tenant.Tenant;
import io.mics.timer.TimerTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Delivers to a user what was buffered while they were away, here and at their homes: in order, ahead of live traffic,
 * each message leaving its buffer only when it is on the socket queue. Never fails a session; ends with it.
 *
 * <p>Where devices pull, the backend's pages come first, then what is buffered here; live traffic flows from the start.
 */
public final class Backlog implements ConnectedSessions {
    private static final Log LOG = Log.of(Backlog.class);

    /** Why a delivery failed, as a metric's label. */
    private static final String QUEUE_FULL = "queue_full";

    private static final String SESSION_CLOSED = "session_closed";

    /** How long a message waits for room in its session's queue. */
    private static final Duration ROOM_TIMEOUT = Duration.ofSeconds(10);
    /** Between attempts at a home that could not be asked, and how many. */
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 60;
    /** For how long after a pull its messages may come by redelivery too: longer than a message is retried. */
    private static final long RECOGNISED_NANOS = Duration.ofSeconds(60).toNanos();

    private final LocalBacklog here;
    private final HomePeers peers;
    private final BackendPull pull;
    private final SessionRegistry registry;
    private final Duration holdLive;
    private final Metrics.PerTenant<Meters> meters;
    /** Whose pull is in flight: what is buffered here waits for its end. */
    private final Set<Session> pulling = ConcurrentHashMap.newKeySet();

    /** What is counted of one tenant's deliveries. */
    private record Meters(Counter delivered, Counter queueFull, Counter sessionClosed) {
        static Meters of(Metrics metrics, String tenant, String node) {
            return new Meters(
                    metrics.counter(Metric.OFFLINE_DRAINED, tenant, node),
                    metrics.counter(Metric.OFFLINE_DRAIN_FAILED, tenant, QUEUE_FULL),
                    metrics.counter(Metric.OFFLINE_DRAIN_FAILED, tenant, SESSION_CLOSED));
        }
    }

    /**
     * A backlog over this node's buffer and the homes on other nodes.
     *
     * @param holdLive how long live deliveries wait behind a backlog at most
     */
    public Backlog(
            OfflineBuffer<Delivery> buffer,
            HomePeers peers,
            BackendPull pull,
            SessionRegistry registry,
            Duration holdLive,
            Metrics metrics,
            String node) {
        this.here = new LocalBacklog(buffer);
        this.peers = peers;
        this.pull = pull;
        this.registry = registry;
        this.holdLive = holdLive;
        this.meters = metrics.perTenant(tenant -> Meters.of(metrics, tenant, node));
    }

    /** Makes every series of a tenant's deliveries exist, at 0. */
    static void registerMetrics(Metrics metrics, String tenant, String node) {
        Meters unused = Meters.of(metrics, tenant, node);
    }

    /**
     * Starts a session's traffic: backlog first when there may be one, then live.
     *
     * @param unsent gets what the backend gave and the session did not take
     */
    void begin(Session session, Consumer<Delivery> unsent) {
        if (session.tenant().pullsOffline(System.nanoTime())) {
            pulling.add(session);
            session.opened();
            session.goLive();
            start(session, () -> pull(session, unsent));
            return;
        }
        session.opened();
        List<BacklogSource> homes = peers.homes(session.tenant().id(), session.user());
        if (homes.isEmpty() ? !startDelivery(session, here) : !start(session, () -> deliverFromAll(session, homes))) {
            session.goLive();
            return;
        }
        session.timers()
                .backlog(
                        now -> {
                            session.goLive();
                            return TimerTask.NEVER;
                        },
                        holdLive.toNanos());
    }

    /** Asks a device's homes once more: what was buffered while the directory was away may not know of it. */
    public void deliverAgain(LocalDevices.Device device) {
        Session session = registry.find(device.tenant(), device.user());
        if (session != null) {
            start(session, () -> deliverFromAll(session, peers.homes(device.tenant(), device.user())));
        }
    }

    @Override
    public boolean deliverBacklog(String tenant, String user, BacklogSource source) {
        Session session = registry.find(tenant, user);
        return session != null && startDelivery(session, source);
    }

    /** Delivers what the backend holds, then what is buffered here and at the user's homes. */
    private void pull(Session session, Consumer<Delivery> unsent) throws InterruptedException {
        try {
            List<Delivery> left = pull.pull(new PullingSession(session, ROOM_TIMEOUT));
            if (!left.isEmpty()) {
                countFailed(session);
                left.forEach(unsent);
            }
        } catch (RuntimeException e) {
            LOG.error("offline_pull_failed", e, "tenant", session.tenant().id(), "traceId", session.traceId());
        } finally {
            // what is buffered here from now on is delivered to the session, what was before is taken below
            pulling.remove(session);
            Runnable recognised = session.endOfRecognition();
            session.timers()
                    .backlog(
                            now -> {
                                recognised.run();
                                return TimerTask.NEVER;
                            },
                            RECOGNISED_NANOS);
        }
        String tenant = session.tenant().id();
        List<BacklogSource> homes = peers.homes(tenant, session.user());
        deliverFromAll(session, homes.isEmpty() ? List.of(here) : homes);
        if (session.closing() != null) {
            // what was buffered while it pulled was not delivered to another device
            deliverBacklog(tenant, session.user(), here);
        }
    }

    /** Starts a delivery unless this node's own buffer has nothing to take. */
    private boolean startDelivery(Session session, BacklogSource source) {
        if (pulling.contains(session)) {
            return true;
        }
        if (source.equals(here)) {
            BacklogSource.Taking taking = here.take(session.tenant().id(), session.user());
            return taking instanceof BacklogSource.Taking.Taken taken
                    && start(session, () -> run(session, taken.lease()));
        }
        return start(session, () -> deliverFrom(session, source));
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static boolean start(Session session, Work work) {
        Thread.ofVirtual().name("backlog").start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                session.goLive();
            }
        });
        return true;
    }

    /** Delivers from the homes and this node; a home that cannot be asked is asked again while live traffic flows. */
    private void deliverFromAll(Session session, List<BacklogSource> homes) throws InterruptedException {
        List<BacklogSource> left = homes;
        for (int i = 0; i < ATTEMPTS && !left.isEmpty() && session.closing() == null; i++) {
            if (i > 0) {
                Thread.sleep(RETRY_DELAY);
            }
            List<BacklogSource> unavailable = new ArrayList<>(0);
            for (BacklogSource home : left) {
                if (session.closing() == null && !deliverFrom(session, home)) {
                    unavailable.add(home);
                }
            }
            left = unavailable;
            session.goLive();
        }
    }

    /** Delivers from one buffer; false when it cannot be asked now. */
    private boolean deliverFrom(Session session, BacklogSource source) throws InterruptedException {
        return switch (source.take(session.tenant().id(), session.user())) {
            case BacklogSource.Taking.Nothing nothing -> true;
            case BacklogSource.Taking.Unavailable unavailable -> false;
            case BacklogSource.Taking.Taken taken -> {
                run(session, taken.lease());
                yield true;
            }
        };
    }

    private void run(Session session, BacklogLease<Delivery> lease) throws InterruptedException {
        int sent = 0;
        boolean failed = false;
        try (lease) {
            long deadline = System.nanoTime() + ROOM_TIMEOUT.toNanos();
            List<Delivery> page = lease.messages();
            while (!page.isEmpty() && !failed) {
                for (Delivery delivery : page) {
                    if (!session.sendBacklog(delivery, deadline)) {
                        failed = true;
                        break;
                    }
                    registry.alsoDeliver(session, delivery);
                    lease.confirm(1);
                    sent++;
                }
                page = failed ? page : lease.messages();
            }
        } catch (RuntimeException e) {
            failed = true;
            LOG.error("offline_drain_failed", e, "tenant", session.tenant().id(), "traceId", session.traceId());
        }
        count(session, sent, failed);
        if (!failed || session.closing() != null) {
            // what was stored while this lease held the buffer found it taken
            deliverBacklog(session.tenant().id(), session.user(), here);
        }
    }

    private void count(Session session, int sent, boolean failed) {
        meters.of(session.tenant().id()).delivered().add(sent);
        if (failed) {
            countFailed(session);
        }
    }

    private void countFailed(Session session) {
        Meters count = meters.of(session.tenant().id());
        (session.closing() == null ? count.queueFull() : count.sessionClosed()).increment();
    }

    /** A session as the device that pulls. */
    private record PullingSession(Session session, Duration roomTimeout) implements BackendPull.Puller {
        @Override
        public Tenant tenant() {
            return session.tenant();
        }

        @Override
        public String user() {
            return session.user();
        }

        @Override
        public String device() {
            return session.device();
        }

        @Override
        public String traceId() {
            return session.traceId();
        }

        @Override
        public boolean take(Delivery delivery) {
            return session.sendBacklog(delivery, System.nanoTime() + roomTimeout.toNanos());
        }
    }
}
