package io.mics.concurrent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether threads of this node wait for a processor, and whose turn it then is: while they do and several tenants are
 * at work, only some connections of one tenant are handled at one time, its others wait for them, and all of them
 * together work for a part of the time only. Threads that are ready to run stand in one queue, whoever's they are; so
 * that queue is kept short by those who fill it.
 *
 * <p>A node is loaded when at least one in {@link #ONE_IN} threads had to wait for {@link #LOADED_NANOS}, until a while
 * after that was last so. While it is not, this costs one volatile read per message and one addition per thread that is
 * started to write.
 *
 * <p>Virtual threads run in the order in which they became ready and cannot be given priorities, so what keeps another
 * tenant's wait short is that no tenant ever has many threads ready: half of the processors' number of its connections
 * at one time, each for 100 µs at a stretch. A connection's part ends before anything that can block and begins anew
 * after a hook's answer. A tenant alone on the node for ten seconds is not held back.
 */
public final class NodeLoad {
    /** A thread that waits so long for a processor shows that there are too few. */
    static final long LOADED_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    /** So many threads are looked at together. An idle machine makes about one in 300 wait, a full one one in 15. */
    static final int WINDOW = 128;

    static final int ONE_IN = 50;
    /** How long a node counts as loaded after that. */
    static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Two tenants within this time are at work together. */
    static final long TOGETHER_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** How long a connection is handled before one of the same tenant that waits has its turn. */
    static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    /** What a connection does between two turns, as reading and writing, counts as so much work at most. */
    static final long BETWEEN_NANOS = TimeUnit.MICROSECONDS.toNanos(30);

    private static final long ONE_WAITED = (1L << Integer.SIZE) + 1;

    private final int perTenant;
    private final LongSupplier clock;
    private final Map<String, Share> tenants = new ConcurrentHashMap<>();
    private final LongAdder waits = new LongAdder();
    /** Threads of this window, and in the upper half those of them that waited. */
    private final AtomicLong window = new AtomicLong();

    private volatile boolean loaded;
    private volatile long loadedAt;
    private volatile String last = "";
    private volatile long changedAt;

    /** What one tenant has: turns for its connections, and how long all of its work in turns may last. */
    private record Share(FairScheduler scheduler, DutyCycle cycle) {}

    /** A node that is not loaded; {@code perTenant} connections of one tenant are handled at one time when it is. */
    public NodeLoad(int perTenant, LongSupplier nanoClock) {
        this.perTenant = perTenant;
        this.clock = nanoClock;
        this.changedAt = nanoClock.getAsLong() - TOGETHER_NANOS;
    }

    /** Half of the processors for one tenant, at least one. */
    public static NodeLoad forThisMachine() {
        return new NodeLoad(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), System::nanoTime);
    }

    /** A thread runs that was made ready at {@code readyNanos}. */
    public void running(long readyNanos) {
        long now = clock.getAsLong();
        long seen = window.addAndGet(now - readyNanos >= LOADED_NANOS ? ONE_WAITED : 1);
        if ((int) seen < WINDOW || !window.compareAndSet(seen, 0)) {
            return;
        }
        if ((seen >>> Integer.SIZE) * ONE_IN >= WINDOW) {
            loadedAt = now;
            loaded = true;
        } else if (loaded && now - loadedAt > LASTS_NANOS) {
            loaded = false;
        }
    }

    /** Whether threads wait for a processor. */
    public boolean isLoaded() {
        return loaded && isLoaded(clock.getAsLong());
    }

    private boolean isLoaded(long now) {
        return loaded && now - loadedAt <= LASTS_NANOS;
    }

    /** Whether threads wait for a processor and several tenants are at work. */
    public boolean isContended() {
        if (!loaded) {
            return false;
        }
        long now = clock.getAsLong();
        return isLoaded(now) && now - changedAt < TOGETHER_NANOS;
    }

    /** How often a connection had to wait for others of its tenant, or to rest. */
    public long waits() {
        return waits.sum();
    }

    /** Forgets a tenant that is gone. */
    public void forget(String tenant) {
        tenants.remove(tenant);
    }

    /** How long a tenant's work may last. */
    DutyCycle cycle(String tenant) {
        return share(tenant).cycle();
    }

    private Share share(String tenant) {
        Share known = tenants.get(tenant);
        return known != null
                ? known
                : tenants.computeIfAbsent(
                        tenant,
                        t -> new Share(
                                new FairScheduler(perTenant), new DutyCycle(perTenant, this::isContended, clock)));
    }

    /** The part of one connection of {@code tenant}, used by its reader's thread only. */
    public Handling handling(String tenant) {
        return new Handling(tenant);
    }

    /** Whether other tenants than this one were at work lately. */
    private boolean together(String tenant, long now) {
        String before = last;
        if (!before.equals(tenant)) {
            last = tenant;
            if (before.isEmpty()) {
                return false;
            }
            changedAt = now;
            return true;
        }
        return now - changedAt < TOGETHER_NANOS;
    }

    /** One connection's part: it begins before something it received is handled, and ends before anything blocks. */
    public final class Handling {
        private final String tenant;
        private @Nullable Share entered;
        private long since;
        /** Whose turn it had last, and when that ended. */
        private @Nullable Share left;

        private long leftAt;

        private Handling(String tenant) {
            this.tenant = tenant;
        }

        /**
         * Waits for the connection's turn, where it has to be waited for; {@code beforeWaiting} is then run first. Who
         * has had the turn for long passes it on.
         */
        public void begin(Runnable beforeWaiting) throws InterruptedException {
            Share mine = entered;
            if (!loaded && mine == null) {
                return;
            }
            long now = clock.getAsLong();
            if (mine != null) {
                pass(mine, now, beforeWaiting);
            } else if (together(tenant, now) && isLoaded(now)) {
                enter(share(tenant), now, beforeWaiting);
            } else {
                left = null;
            }
        }

        private void enter(Share share, long now, Runnable beforeWaiting) throws InterruptedException {
            if (share.equals(left)) {
                share.cycle().worked(Math.min(now - leftAt, BETWEEN_NANOS));
            }
            if (share.cycle().isDue() || !share.scheduler().tryEnter(tenant)) {
                await(share, beforeWaiting);
            } else {
                work(share, now);
            }
        }

        /** Rests with the turn: the others of the tenant are to rest too. */
        private void await(Share share, Runnable beforeWaiting) throws InterruptedException {
            waits.increment();
            beforeWaiting.run();
            share.scheduler().enter(tenant);
            share.cycle().rest();
            work(share, clock.getAsLong());
        }

        private void work(Share share, long now) {
            share.cycle().began();
            entered = share;
            since = now;
        }

        private void pass(Share share, long now, Runnable beforeWaiting) throws InterruptedException {
            if (now - since < SLICE_NANOS) {
                return;
            }
            since = now;
            if (share.scheduler().waiting() > 0 || share.cycle().isDue()) {
                end();
                await(share, beforeWaiting);
            }
        }

        /** Ends it; without a turn it does nothing. */
        public void end() {
            Share share = entered;
            if (share != null) {
                entered = null;
                share.cycle().ended();
                share.scheduler().leave(tenant);
                left = share;
                leftAt = clock.getAsLong();
            }
        }
    }
}
