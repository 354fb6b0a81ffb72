package io.mics.offline;

import io.mics.concurrent.FairScheduler;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import java.util.List;

/**
 * What becomes of a message whose recipient has no device that took it. As a rule it goes into the buffer of the
 * recipient's home node; after storing, the user is looked up once more, so that a message cannot miss someone who is
 * just connecting.
 *
 * <p>For a tenant whose users pull on connect it becomes an event to the tenant's backend instead, and the buffer takes
 * only what the event log refuses: at the user's home like anything buffered, since the user may come back on any node,
 * and counted by the sender's node as {@code local_fallback} wherever the home is.
 */
public final class OfflinePath {
    /** Users between two moments at which other threads may run. */
    private static final int AT_ONCE = 128;

    /** The buffer took what the event log refused; a metric's label. */
    public static final String FALLBACK = "local_fallback";

    /** A home on another node has it; a metric's label. */
    public static final String PEER = "grpc";

    /** Another node sent it here, to its home; a metric's label. */
    public static final String FROM_PEER = "grpc_in";

    private final OfflineBuffer<Delivery> buffer;
    private final BacklogSource here;
    private final ConnectedSessions sessions;
    private final HomePeers peers;
    private final BacklogAnnouncements announcements;
    private final OfflineEventPublisher events;
    private final Metrics.PerTenant<Counter> local;
    private final Metrics.PerTenant<Counter> fallback;
    private final Metrics.PerTenant<Counter> toPeer;
    private final Metrics.PerTenant<Counter> fromPeer;

    /**
     * For how many users a message will be there when they come back; the others miss it.
     *
     * @param notified their backend has been notified of it
     * @param buffered it is buffered for them
     */
    public record Accepted(int notified, int buffered) {
        /** For how many in all. */
        public int users() {
            return notified + buffered;
        }
    }

    public OfflinePath(
            OfflineBuffer<Delivery> buffer,
            ConnectedSessions sessions,
            HomePeers peers,
            BacklogAnnouncements announcements,
            OfflineEventPublisher events,
            Metrics metrics) {
        this.buffer = buffer;
        this.here = new LocalBacklog(buffer);
        this.sessions = sessions;
        this.peers = peers;
        this.announcements = announcements;
        this.events = events;
        this.local = buffered(metrics, "local");
        this.fallback = buffered(metrics, FALLBACK);
        this.toPeer = buffered(metrics, PEER);
        this.fromPeer = buffered(metrics, FROM_PEER);
    }

    private static Metrics.PerTenant<Counter> buffered(Metrics metrics, String via) {
        return metrics.perTenant(tenant -> metrics.counter(Metric.OFFLINE_BUFFERED, tenant, via));
    }

    /** Takes {@code delivery} for an absent {@code user}; says whether it will be there when they come back. */
    public boolean accept(Tenant tenant, String user, Delivery delivery) throws InterruptedException {
        return accept(tenant, List.of(user), 1, delivery).users() == 1;
    }

    /**
     * Takes {@code delivery} for each of the absent {@code users}. For a removed tenant nothing is stored: its absent
     * users cannot come back.
     *
     * @param mostBuffered the buffer takes it for the first so many at most; events have no limit but the event log's
     */
    public Accepted accept(Tenant tenant, List<String> users, int mostBuffered, Delivery delivery)
            throws InterruptedException {
        if (!tenant.settings().offline().useHookPull() || tenant.gone()) {
            return new Accepted(0, buffer(tenant, first(mostBuffered, users), delivery, local, toPeer));
        }
        List<String> refused = events.publish(tenant, users, delivery);
        return new Accepted(
                users.size() - refused.size(),
                buffer(tenant, first(mostBuffered, refused), delivery, fallback, fallback));
    }

    private static List<String> first(int most, List<String> users) {
        return users.subList(0, Math.min(most, users.size()));
    }

    private int buffer(
            Tenant tenant,
            List<String> users,
            Delivery delivery,
            Metrics.PerTenant<Counter> countHere,
            Metrics.PerTenant<Counter> countAtPeer)
            throws InterruptedException {
        if (users.isEmpty()) {
            return 0;
        }
        HomePeers.Stored atHomes = peers.store(tenant.id(), users, delivery);
        if (atHomes.remotely() > 0) {
            countAtPeer.of(tenant.id()).add(atHomes.remotely());
        }
        int stored = atHomes.remotely();
        int tried = 0;
        for (String user : atHomes.here()) {
            if (++tried % AT_ONCE == 0) {
                FairScheduler.yieldToOthers();
            }
            stored += storeHere(tenant, user, delivery, countHere) ? 1 : 0;
        }
        return stored;
    }

    /** Stores a message that another node sent to this one, the user's home. */
    public boolean storeAtHome(Tenant tenant, String user, Delivery delivery) {
        return storeHere(tenant, user, delivery, fromPeer);
    }

    private boolean storeHere(Tenant tenant, String user, Delivery delivery, Metrics.PerTenant<Counter> count) {
        boolean stored = !tenant.gone()
                && buffer.store(
                                tenant.id(),
                                user,
                                delivery,
                                delivery.weight(),
                                tenant.settings().offline())
                        instanceof StoreOutcome.Stored;
        if (stored) {
            BufferLog.stored(user, delivery);
            count.of(tenant.id()).increment();
            if (!sessions.deliverBacklog(tenant.id(), user, here)) {
                announcements.announce(tenant.id(), user);
            }
        }
        return stored;
    }
}
