package io.mics.routing.home;

import io.mics.observe.Log;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.BacklogLease;
import io.mics.offline.BacklogSource;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.node.v1.Backlog;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Envelopes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Leases of this node's buffered messages that other nodes have taken to deliver. A silent holder's lease expires. */
public final class BacklogLeases {
    private static final Log LOG = Log.of(BacklogLeases.class);
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PAGE_BYTES = 256 << 10;

    private final OfflineBuffer<Delivery> buffer;
    private final BacklogAnnouncements announcements;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Lease> leases = new ConcurrentHashMap<>();

    private static final class Lease {
        final ReentrantLock lock = new ReentrantLock();
        final String tenant;
        final String user;
        final BacklogLease<Delivery> local;
        volatile long renewedNanos = System.nanoTime();
        boolean over;

        Lease(String tenant, String user, BacklogLease<Delivery> local) {
            this.tenant = tenant;
            this.user = user;
            this.local = local;
        }
    }

    /** No leases yet of what is in {@code buffer}; what an ended one leaves there is announced. */
    public BacklogLeases(OfflineBuffer<Delivery> buffer, BacklogAnnouncements announcements) {
        this.buffer = buffer;
        this.announcements = announcements;
    }

    /** Leases a user's messages to another node: the first page, or none. */
    public Backlog take(String tenant, String user) throws InterruptedException {
        if (!(new LocalBacklog(buffer).take(tenant, user) instanceof BacklogSource.Taking.Taken taken)) {
            return Backlog.getDefaultInstance();
        }
        long id = ids.incrementAndGet();
        Lease lease = new Lease(tenant, user, taken.lease());
        leases.put(id, lease);
        LOG.debug("backlog_lease_granted", "drain", id, "tenant", tenant, "user", user);
        return page(id, lease.local.messages());
    }

    /** Drops what has arrived, renews the lease and answers the next page, unless it was the last. */
    public Backlog confirm(long id, int count, boolean last) throws InterruptedException {
        Lease lease = leases.get(id);
        if (lease == null) {
            return Backlog.getDefaultInstance();
        }
        lease.lock.lock();
        try {
            if (lease.over) {
                return Backlog.getDefaultInstance();
            }
            lease.renewedNanos = System.nanoTime();
            lease.local.confirm(count);
            List<Delivery> left = last ? List.of() : lease.local.messages();
            if (left.isEmpty()) {
                end(id, lease);
            }
            return page(id, left);
        } finally {
            lease.lock.unlock();
        }
    }

    /** Ends expired leases; called from time to time. */
    public void sweep() {
        long now = System.nanoTime();
        leases.forEach((id, lease) -> {
            if (now - lease.renewedNanos > LEASE_NANOS && lease.lock.tryLock()) {
                try {
                    end(id, lease);
                } finally {
                    lease.lock.unlock();
                }
            }
        });
    }

    private void end(long id, Lease lease) {
        if (!lease.over) {
            lease.over = true;
            LOG.debug("backlog_lease_ended", "drain", id, "tenant", lease.tenant, "user", lease.user);
            leases.remove(id);
            lease.local.close();
            if (buffer.holds(lease.tenant, lease.user)) {
                announcements.announce(lease.tenant, lease.user);
            }
        }
    }

    private static Backlog page(long id, List<Delivery> messages) {
        Backlog.Builder page = Backlog.newBuilder().setDrain(id);
        int bytes = 0;
        for (Delivery delivery : messages) {
            bytes += delivery.weight();
            if (bytes > PAGE_BYTES && page.getMessagesCount() > 0) {
                break;
            }
            page.addMessages(Envelopes.of(delivery));
        }
        return page.build();
    }
}
