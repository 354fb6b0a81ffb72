package io.mics.hook.dispatch;

import io.mics.concurrent.HeapShare;
import io.mics.event.DeadLetters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tasks that wait in this process, by when they are due, and its dead letters. So many and so large, all tenants
 * together, a tenant's share at most a quarter; what is beyond is dropped and counted. A dead letter that is replayed
 * is due at once.
 */
public final class MemoryRetryQueue implements RetryQueue, AutoCloseable {
    private static final int MOST = 20_000;
    private static final long MOST_BYTES = HeapShare.atMost(32L << 20, 2);
    private static final int SHARE = 4;
    private static final int MOST_DEAD = 1_000;
    private static final long MOST_DEAD_BYTES = HeapShare.atMost(8L << 20, 1);
    private static final Duration NO_ROOM_PAUSE = Duration.ofMillis(100);

    private final InstantSource clock;
    private final DispatchMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparing(Waiting::due));
    private final Map<String, Integer> byTenant = new HashMap<>();
    private final MemoryDeadLetters dead;
    private long bytes;
    private boolean closed;

    private record Waiting(Task task, Instant due) {}

    public MemoryRetryQueue(InstantSource clock, DispatchMeters meters) {
        this.clock = clock;
        this.meters = meters;
        this.dead = new MemoryDeadLetters(MOST_DEAD, MOST_DEAD_BYTES, this::retryNow);
    }

    /** Bytes that all tasks and dead letters may take, in this process. */
    public static long mostBytes() {
        return MOST_BYTES + MOST_DEAD_BYTES;
    }

    /** The dead letters. */
    public DeadLetters deadLetters() {
        return dead;
    }

    @Override
    public Submission schedule(Task task, Instant due, String cause, Runnable safe) {
        lock.lock();
        try {
            if (!add(new Waiting(task, due))) {
                Drop reason = closed ? Drop.SHUTDOWN : Drop.RETRIES_FULL;
                meters.dropped(task.event().context().tenant(), task.event().point(), reason, 1);
            }
        } finally {
            lock.unlock();
        }
        safe.run();
        return Submission.ACCEPTED;
    }

    /** Whether there was room. */
    private boolean retryNow(Task task) {
        lock.lock();
        try {
            return add(new Waiting(task, clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private boolean add(Waiting entry) {
        String tenant = entry.task().event().context().tenant();
        boolean room = waiting.size() < MOST
                && byTenant.getOrDefault(tenant, 0) < MOST / SHARE
                && bytes + entry.task().weight() <= MOST_BYTES;
        if (!room || closed) {
            return false;
        }
        waiting.add(entry);
        bytes += entry.task().weight();
        byTenant.merge(tenant, 1, Integer::sum);
        changed.signal();
        return true;
    }

    @Override
    public Submission deadLetter(Task task, boolean once, String cause, Runnable safe) {
        dead.add(task, cause, clock.instant());
        safe.run();
        return Submission.ACCEPTED;
    }

    @Override
    public boolean isVolatile() {
        return true;
    }

    /** Submits what is due now, what was due first first; returns how many tasks that were. */
    int submitDue(HookDispatcher dispatcher) {
        List<Task> due = takeDue();
        for (Task task : due) {
            if (dispatcher.submit(task, () -> {}) == Submission.NO_ROOM) {
                Submission unused = schedule(task, clock.instant().plus(NO_ROOM_PAUSE), "no room", () -> {});
            }
        }
        return due.size();
    }

    private List<Task> takeDue() {
        Instant now = clock.instant();
        List<Task> due = new ArrayList<>();
        lock.lock();
        try {
            for (Waiting next = waiting.peek(); next != null && !next.due().isAfter(now); next = waiting.peek()) {
                waiting.remove();
                bytes -= next.task().weight();
                byTenant.computeIfPresent(next.task().event().context().tenant(), (t, n) -> n == 1 ? null : n - 1);
                due.add(next.task());
            }
        } finally {
            lock.unlock();
        }
        return due;
    }

    /** Waits until something is due; false once this is closed. */
    boolean awaitDue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Waiting first = waiting.peek();
                if (first == null) {
                    changed.await();
                    continue;
                }
                long millis = Duration.between(clock.instant(), first.due()).toMillis();
                if (millis < 0 || !first.due().isAfter(clock.instant())) {
                    return true;
                }
                boolean unused = changed.await(millis + 1, TimeUnit.MILLISECONDS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Tasks that wait. */
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a tenant's dead letters. */
    public void forget(String tenant) {
        dead.forget(tenant);
    }

    /** Takes nothing more; what waits is dropped and counted. */
    @Override
    public void close() {
        List<Waiting> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
            byTenant.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(each -> meters.dropped(
                each.task().event().context().tenant(), each.task().event().point(), Drop.SHUTDOWN, 1));
    }
}
