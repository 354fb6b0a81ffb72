package io.mics.concurrent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether threads of this node wait for a processor, and whose turn it then is: while they do and several tenants are
 * at work, only some connections of one tenant are handled at one time and its others wait for them. Threads that are
 * ready to run stand in one queue, whoever's they are; so that queue is kept short by those who fill it.
 *
 * <p>A node is loaded from a moment when a thread had to wait for {@link #LOADED_NANOS} until a while after the last.
 * While it is not, this costs one volatile read per message.
 */
public final class NodeLoad {
    /** A thread that waits so long for a processor shows that there are too few. */
    static final long LOADED_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    /** How long a node counts as loaded after that. */
    static final long LASTS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Two tenants within this time are at work together. */
    static final long TOGETHER_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** How long a connection is handled before one of the same tenant that waits has its turn. */
    static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final int perTenant;
    private final LongSupplier clock;
    private final Map<String, Turns> tenants = new ConcurrentHashMap<>();
    private final LongAdder waits = new LongAdder();
    private volatile boolean loaded;
    private volatile long loadedAt;
    private volatile String last = "";
    private volatile long changedAt;

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
        if (now - readyNanos >= LOADED_NANOS) {
            loadedAt = now;
            loaded = true;
        } else if (loaded && now - loadedAt > LASTS_NANOS) {
            loaded = false;
        }
    }

    /** Whether threads wait for a processor. */
    public boolean isLoaded() {
        return loaded;
    }

    /** How often a connection had to wait for others of its tenant. */
    public long waits() {
        return waits.sum();
    }

    /** Forgets a tenant that is gone. */
    public void forget(String tenant) {
        tenants.remove(tenant);
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
        private @Nullable Turns entered;
        private long since;

        private Handling(String tenant) {
            this.tenant = tenant;
        }

        /**
         * Waits for the connection's turn, where it has to be waited for; {@code beforeWaiting} is then run first. Who
         * has had the turn for long passes it on.
         */
        public void begin(Runnable beforeWaiting) throws InterruptedException {
            Turns mine = entered;
            if (!loaded && mine == null) {
                return;
            }
            long now = clock.getAsLong();
            if (mine != null) {
                pass(mine, now, beforeWaiting);
                return;
            }
            if (!together(tenant, now)) {
                return;
            }
            Turns turns = tenants.computeIfAbsent(tenant, t -> new Turns(perTenant));
            if (!turns.tryEnter()) {
                waits.increment();
                beforeWaiting.run();
                turns.enter(tenant);
            }
            entered = turns;
            since = clock.getAsLong();
        }

        private void pass(Turns turns, long now, Runnable beforeWaiting) throws InterruptedException {
            if (now - since < SLICE_NANOS) {
                return;
            }
            since = now;
            if (turns.waiting() > 0) {
                waits.increment();
                end();
                beforeWaiting.run();
                turns.enter(tenant);
                entered = turns;
                since = clock.getAsLong();
            }
        }

        /** Ends it; without a turn it does nothing. */
        public void end() {
            Turns turns = entered;
            if (turns != null) {
                entered = null;
                turns.leave();
            }
        }
    }
}
