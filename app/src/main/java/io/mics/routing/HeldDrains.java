package io.mics.routing;

import io.mics.observe.Log;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.BacklogSource;
import io.mics.offline.Drain;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.node.v1.Backlog;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Rights to this node's kept messages that other nodes have taken. A taker that falls silent loses its right. */
final class HeldDrains {
    private static final Log LOG = Log.of(HeldDrains.class);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PAGE_BYTES = 256 << 10;

    private final OfflineBuffer<Delivery> buffer;
    private final BacklogAnnouncements announcements;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Held> held = new ConcurrentHashMap<>();

    private static final class Held {
        final ReentrantLock lock = new ReentrantLock();
        final String tenant;
        final String user;
        final Drain<Delivery> drain;
        volatile long lastNanos = System.nanoTime();
        boolean over;

        Held(String tenant, String user, Drain<Delivery> drain) {
            this.tenant = tenant;
            this.user = user;
            this.drain = drain;
        }
    }

    HeldDrains(OfflineBuffer<Delivery> buffer, BacklogAnnouncements announcements) {
        this.buffer = buffer;
        this.announcements = announcements;
    }

    /** Takes a user's messages for another node: the first page, or none. */
    Backlog take(String tenant, String user) throws InterruptedException {
        if (!(new LocalBacklog(buffer).take(tenant, user) instanceof BacklogSource.Taking.Taken taken)) {
            return Backlog.getDefaultInstance();
        }
        long id = ids.incrementAndGet();
        Held drain = new Held(tenant, user, taken.drain());
        held.put(id, drain);
        LOG.debug("drain_taken", "drain", id, "tenant", tenant, "user", user);
        return page(id, drain.drain.messages());
    }

    /** Drops what has arrived and answers the next page, unless it was the last. */
    Backlog confirm(long id, int count, boolean last) throws InterruptedException {
        Held drain = held.get(id);
        if (drain == null) {
            return Backlog.getDefaultInstance();
        }
        drain.lock.lock();
        try {
            if (drain.over) {
                return Backlog.getDefaultInstance();
            }
            drain.lastNanos = System.nanoTime();
            drain.drain.confirm(count);
            List<Delivery> left = last ? List.of() : drain.drain.messages();
            if (left.isEmpty()) {
                end(id, drain);
            }
            return page(id, left);
        } finally {
            drain.lock.unlock();
        }
    }

    /** Takes the rights of silent takers back; called from time to time. */
    void sweep() {
        long now = System.nanoTime();
        held.forEach((id, drain) -> {
            if (now - drain.lastNanos > SILENCE_NANOS && drain.lock.tryLock()) {
                try {
                    end(id, drain);
                } finally {
                    drain.lock.unlock();
                }
            }
        });
    }

    private void end(long id, Held drain) {
        if (!drain.over) {
            drain.over = true;
            LOG.debug("drain_ended", "drain", id, "tenant", drain.tenant, "user", drain.user);
            held.remove(id);
            drain.drain.close();
            if (buffer.holds(drain.tenant, drain.user)) {
                announcements.announce(drain.tenant, drain.user);
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
