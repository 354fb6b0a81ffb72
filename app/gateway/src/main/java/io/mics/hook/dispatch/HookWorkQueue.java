package io.mics.hook.dispatch;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's calls of one hook: so many in flight, so many waiting, no more. A thread exists only while it has
 * something to call. Safe on any thread.
 */
final class HookWorkQueue {
    /**
     * A task and what to call once it is done or safe elsewhere.
     *
     * @param settled called once, on any thread
     */
    record Job(Task task, Runnable settled) {}

    private static final Log LOG = Log.of(HookWorkQueue.class);

    private final String name;
    private final int maxJobs;
    private final long maxBytes;
    private final SharedByteBudget room;
    private final String tenant;
    private final Consumer<Job> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private long bytes;
    private int running;
    private boolean closed;

    /**
     * A queue in which so many jobs and bytes may wait.
     *
     * @param room is taken by {@code tenant} for what waits and for what is in flight, with all other queues
     */
    HookWorkQueue(String name, int maxJobs, long maxBytes, SharedByteBudget room, String tenant, Consumer<Job> call) {
        this.name = name;
        this.room = room;
        this.tenant = tenant;
        this.maxJobs = maxJobs;
        this.maxBytes = maxBytes;
        this.call = call;
    }

    /** Takes a job, of which {@code width} may be in flight at one time; false: it is full, or closed. */
    boolean enqueue(Job job, int width) {
        lock.lock();
        try {
            int weight = job.task().weight();
            boolean waits = running >= width;
            boolean full = waits && (waiting.size() >= maxJobs || (!waiting.isEmpty() && bytes + weight > maxBytes));
            if (closed || full || !room.tryTake(tenant, weight)) {
                return false;
            }
            if (waits) {
                waiting.add(job);
                bytes += weight;
                return true;
            }
            running++;
            Thread thread = CriticalThreads.unstarted(name, () -> work(job));
            threads.add(thread);
            thread.start();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void work(Job first) {
        for (Job job = first; job != null; job = next()) {
            try {
                call.accept(job);
            } catch (RuntimeException e) {
                LOG.error("hook_task_failed", e, "queue", name);
            } finally {
                room.release(tenant, job.task().weight());
            }
        }
    }

    /** The next job for this thread; none ends it. */
    private @Nullable Job next() {
        lock.lock();
        try {
            Job job = waiting.poll();
            if (job == null) {
                running--;
                threads.remove(Thread.currentThread());
            } else {
                bytes -= job.task().weight();
            }
            return job;
        } finally {
            lock.unlock();
        }
    }

    /** Jobs waiting and in flight. */
    int size() {
        lock.lock();
        try {
            return waiting.size() + running;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more. */
    void refuse() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives what is in flight until {@code deadlineNanos} to end; returns how many jobs were not begun. */
    int close(long deadlineNanos) throws InterruptedException {
        int left;
        Set<Thread> open;
        lock.lock();
        try {
            closed = true;
            left = waiting.size();
            waiting.forEach(job -> room.release(tenant, job.task().weight()));
            waiting.clear();
            bytes = 0;
            open = Set.copyOf(threads);
        } finally {
            lock.unlock();
        }
        for (Thread thread : open) {
            long nanos = deadlineNanos - System.nanoTime();
            if (nanos > 0) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
            }
            thread.interrupt();
        }
        return left;
    }
}
