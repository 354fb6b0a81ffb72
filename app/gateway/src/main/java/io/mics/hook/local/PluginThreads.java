package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads of one plugin, made as needed and let go when idle. Platform threads: a virtual one that computes without
 * end would keep a processor of the whole server, and none can be ended from outside. A call that outlives its deadline
 * is interrupted; its caller does not wait for it. Where too many calls do not end even so, no more are made until they
 * do, for that tenant or for all. A tenant may use a quarter of the threads.
 *
 * <p>The limit is four calls of a tenant that never ended, and eight of all: it holds until one ends, rather than for
 * good, since a loop never ends and a database that hung does.
 */
final class PluginThreads implements PluginRunner {
    /** Calls of one tenant in flight. */
    private static final int LARGEST_SHARE = 64;

    private static final int SHARES = 4;
    private static final int LEFT_BY_TENANT = 4;
    private static final int LEFT_BY_ALL = 8;
    private static final int STARTED_BY_PLUGIN = 64;
    private static final int CALLS_BETWEEN_COUNTS = 16;

    /** How long a caller looks for the answer of a quick plugin before it sleeps: waking it takes as long again. */
    private static final long SPIN_NANOS = 30_000;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration WAIT = Duration.ofMillis(10);

    private final ThreadGroup group;
    private final ThreadPoolExecutor threads;
    private final int share;
    private final Semaphore all;
    private final Map<String, Share> shares = new ConcurrentHashMap<>();
    private final AtomicInteger leftByAll = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int startedByPlugin;

    /** What one tenant may use, and does. */
    private record Share(Semaphore permits, AtomicInteger left) {}

    private enum Stage {
        RUNNING,
        /** Its caller has gone. */
        LEFT,
        ENDED
    }

    /** {@code concurrencyLimit} is that of one tenant; 0 is the most there can be. */
    PluginThreads(String name, int concurrencyLimit) {
        share = concurrencyLimit <= 0 ? LARGEST_SHARE : Math.min(concurrencyLimit, LARGEST_SHARE);
        all = new Semaphore(share * SHARES);
        group = new ThreadGroup("plugin " + name);
        threads = new ThreadPoolExecutor(
                0, // beyond the permits there are only those between two calls
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform()
                        .group(group)
                        .name("plugin-" + name + "-", 1)
                        .daemon(true)
                        .inheritInheritableThreadLocals(false)
                        .factory());
    }

    @Override
    public <A> HookResponse<A> run(String tenant, Work<A> work, Deadline deadline) throws InterruptedException {
        Share own = shares.computeIfAbsent(tenant, t -> new Share(new Semaphore(share), new AtomicInteger()));
        String refusal = refusal(own);
        if (!refusal.isEmpty()) {
            return new HookResponse.Failed<>(Kind.FORBIDDEN, refusal);
        }
        if (!acquire(own.permits(), deadline)) {
            return new HookResponse.Failed<>(Kind.BUSY, "all " + share + " of the tenant's calls of it are in flight");
        }
        boolean room = false;
        try {
            room = acquire(all, deadline);
        } finally {
            if (!room) {
                own.permits().release();
            }
        }
        if (!room) {
            return new HookResponse.Failed<>(Kind.BUSY, "all " + share * SHARES + " threads of it are in use");
        }
        Turn<A> turn = new Turn<>(own, work);
        try {
            threads.execute(turn);
        } catch (RejectedExecutionException closed) {
            turn.end();
            return new HookResponse.Failed<>(Kind.FORBIDDEN, "it was closed");
        } catch (OutOfMemoryError none) { // the system gives no more threads
            turn.end();
            return new HookResponse.Failed<>(Kind.BUSY, "no thread to be had");
        }
        return turn.await(deadline);
    }

    private static boolean acquire(Semaphore permits, Deadline deadline) throws InterruptedException {
        return permits.tryAcquire()
                || permits.tryAcquire(Math.min(WAIT.toNanos(), deadline.remainingNanos()), TimeUnit.NANOSECONDS);
    }

    /** Why no call is made now; empty when one may be. */
    private String refusal(Share own) {
        if (own.left().get() >= Math.min(LEFT_BY_TENANT, share)) {
            return "left " + own.left().get() + " threads running; not called until they end";
        }
        if (leftByAll.get() >= LEFT_BY_ALL) {
            return "left " + leftByAll.get() + " threads running; not called until they end";
        }
        if (calls.incrementAndGet() % CALLS_BETWEEN_COUNTS == 0 || startedByPlugin > STARTED_BY_PLUGIN) {
            startedByPlugin = group.activeCount() - threads.getPoolSize();
        }
        return startedByPlugin > STARTED_BY_PLUGIN
                ? "started " + startedByPlugin + " threads that still run, more than " + STARTED_BY_PLUGIN
                : "";
    }

    /** Calls that did not end when their callers had gone. */
    int left() {
        return leftByAll.get();
    }

    /** Threads alive, the plugin's own included. */
    int alive() {
        return group.activeCount();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        group.interrupt();
    }

    /** One call. */
    private final class Turn<A> implements Runnable {
        private final Share own;
        private final FutureTask<HookResponse<A>> response;
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.RUNNING);

        Turn(Share own, Work<A> work) {
            this.own = own;
            this.response = new FutureTask<>(() -> {
                try {
                    return work.run();
                } catch (Throwable thrown) { // a plugin may throw anything
                    return PluginFault.failed(thrown);
                }
            });
        }

        @Override
        public void run() {
            try {
                response.run();
            } finally {
                end();
            }
        }

        HookResponse<A> await(Deadline deadline) throws InterruptedException {
            long start = System.nanoTime();
            try {
                while (!response.isDone() && isAlone() && System.nanoTime() - start < SPIN_NANOS) {
                    Thread.onSpinWait();
                }
                return response.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                leave();
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                return new HookResponse.Failed<>(Kind.TIMEOUT, "gave no answer in " + millis + " ms");
            } catch (InterruptedException e) {
                leave();
                throw e;
            } catch (ExecutionException e) {
                return new HookResponse.Failed<>(Kind.ERROR, "could not say what it threw");
            }
        }

        /** Whether no other call is in flight, which the time spent looking could have served. */
        private boolean isAlone() {
            return all.availablePermits() >= share * SHARES - 1;
        }

        private void leave() {
            if (stage.compareAndSet(Stage.RUNNING, Stage.LEFT)) {
                own.left().incrementAndGet();
                leftByAll.incrementAndGet();
            }
            response.cancel(true);
        }

        private void end() {
            if (stage.getAndSet(Stage.ENDED) == Stage.LEFT) {
                own.left().decrementAndGet();
                leftByAll.decrementAndGet();
            }
            own.permits().release();
            all.release();
        }
    }
}
