package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The nodes of one process: usually one. Safe on any thread; nothing waits for I/O. */
public final class MemoryNodeRegistry implements NodeRegistry {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Entry> entries = new HashMap<>();
    private final LongSupplier clock;
    private final long lease;
    private long lastEpoch;

    private record Entry(Peer peer, boolean replaced, long until) {}

    /**
     * An empty registry.
     *
     * @param nanoClock like {@link System#nanoTime()}
     * @param lease     how long a node lives after its last renewal
     */
    public MemoryNodeRegistry(LongSupplier nanoClock, Duration lease) {
        this.clock = nanoClock;
        this.lease = lease.toNanos();
    }

    @Override
    public Joining join(String node, String endpoint, boolean takeName) {
        lock.lock();
        try {
            List<Entry> sameName = entries.values().stream()
                    .filter(entry -> entry.peer().node().equals(node))
                    .toList();
            for (Entry entry : sameName) {
                if (isLive(entry) && !entry.peer().endpoint().equals(endpoint) && !takeName) {
                    return new Joining.NameTaken(entry.peer());
                }
            }
            sameName.forEach(entry -> put(new Entry(entry.peer(), true, entry.until())));
            Peer self = new Peer(node, ++lastEpoch, endpoint);
            put(new Entry(self, false, clock.getAsLong() + lease));
            return new Joining.Joined(self);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Renewal renew(Peer self) {
        lock.lock();
        try {
            for (Entry entry : entries.values()) {
                if (entry.peer().node().equals(self.node()) && entry.peer().epoch() > self.epoch()) {
                    return new Renewal.Superseded(entry.peer());
                }
            }
            put(new Entry(self, false, clock.getAsLong() + lease));
            List<Peer> live = new ArrayList<>();
            List<Peer> dead = new ArrayList<>();
            entries.values().forEach(entry -> (isLive(entry) ? live : dead).add(entry.peer()));
            live.sort(Comparator.comparing(Peer::node));
            return new Renewal.Renewed(new Members(List.copyOf(live), List.copyOf(dead)));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void leave(Peer self) {
        lock.lock();
        try {
            entries.remove(self.epoch());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void swept(Peer dead) {
        lock.lock();
        try {
            entries.values().removeIf(entry -> entry.peer().equals(dead) && !isLive(entry));
        } finally {
            lock.unlock();
        }
    }

    private boolean isLive(Entry entry) {
        return !entry.replaced() && entry.until() - clock.getAsLong() > 0;
    }

    private void put(Entry entry) {
        entries.put(entry.peer().epoch(), entry);
    }
}
