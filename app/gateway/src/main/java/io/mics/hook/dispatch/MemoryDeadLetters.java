package io.mics.hook.dispatch;

import io.mics.event.DeadLetters;
import io.mics.proto.hook.v1.EventType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Dead letters of hooks in this process: the newest so many and so large, all tenants together; the oldest go first.
 */
final class MemoryDeadLetters implements DeadLetters {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Entry> letters = new ArrayDeque<>();
    private final int most;
    private final long mostBytes;
    private final Predicate<Task> resubmit;
    private long bytes;
    private long number;

    private record Entry(Task task, DeadLetter letter) {}

    /** So many letters and bytes; {@code resubmit} takes a task that is replayed, or refuses it for now. */
    MemoryDeadLetters(int most, long mostBytes, Predicate<Task> resubmit) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.resubmit = resubmit;
    }

    void add(Task task, String cause, Instant died) {
        lock.lock();
        try {
            DeadLetter letter = new DeadLetter(
                    "memory-" + ++number,
                    HookEvents.eventType(task.event()).orElse(EventType.UNRECOGNIZED),
                    task.event().context().user(),
                    cause,
                    task.attempt(),
                    died,
                    task.weight(),
                    true,
                    task.hook(),
                    task.event().point().label());
            letters.add(new Entry(task, letter));
            bytes += task.weight();
            while (letters.size() > most || (bytes > mostBytes && letters.size() > 1)) {
                bytes -= letters.remove().task().weight();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Listing list(Filter filter, int limit) {
        lock.lock();
        try {
            List<DeadLetter> found = letters.stream()
                    .filter(entry -> matches(entry, filter))
                    .map(Entry::letter)
                    .limit(limit + 1L)
                    .toList();
            boolean more = found.size() > limit;
            return new Listing.Found(more ? found.subList(0, limit) : found, more);
        } finally {
            lock.unlock();
        }
    }

    private static boolean matches(Entry entry, Filter filter) {
        return entry.task().event().context().tenant().equals(filter.tenant()) && filter.matches(entry.letter());
    }

    @Override
    public Replaying replay(Filter filter, int limit) {
        List<Entry> taken = take(filter, limit);
        for (int i = 0; i < taken.size(); i++) {
            if (!resubmit.test(taken.get(i).task().reset())) {
                putBack(taken.subList(i, taken.size()));
                return new Replaying.Done(i, 0, 1, true);
            }
        }
        boolean more = list(filter, 1) instanceof Listing.Found found
                && !found.letters().isEmpty();
        return new Replaying.Done(taken.size(), 0, 0, more);
    }

    /** Takes them out first, so that no two replays send the same one. */
    private List<Entry> take(Filter filter, int limit) {
        List<Entry> taken = new ArrayList<>();
        lock.lock();
        try {
            for (Iterator<Entry> i = letters.iterator(); i.hasNext() && taken.size() < limit; ) {
                Entry entry = i.next();
                if (matches(entry, filter)) {
                    i.remove();
                    bytes -= entry.task().weight();
                    taken.add(entry);
                }
            }
        } finally {
            lock.unlock();
        }
        return taken;
    }

    private void putBack(List<Entry> entries) {
        lock.lock();
        try {
            for (Entry entry : entries.reversed()) {
                letters.addFirst(entry);
                bytes += entry.task().weight();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a tenant's. */
    void forget(String tenant) {
        lock.lock();
        try {
            letters.removeIf(entry -> {
                boolean gone = entry.task().event().context().tenant().equals(tenant);
                bytes -= gone ? entry.task().weight() : 0;
                return gone;
            });
        } finally {
            lock.unlock();
        }
    }
}
