package io.mics.timer;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One hashed timing wheel for everything that expires: heartbeats, keep-alive pings, close handshakes, blocked writes.
 * A task runs never early and at most one tick late, however many turns of the wheel away it is; activity costs
 * nothing, because an entry is only asked again when its time is up.
 */
public final class TimingWheel implements AutoCloseable {
    private static final Log LOG = Log.of(TimingWheel.class);
    static final int SLOTS = 512;

    /** What failed is run again: a defect met once must not end what is done again and again. */
    private static final long AFTER_A_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private final long tickNanos;
    private final long maxTicks;
    private final Slot[] slots = new Slot[SLOTS];
    private final long startNanos;
    private volatile long tick;
    private volatile boolean closed;

    /** Something scheduled, which can be called off. */
    public static final class Timer {
        /** Null when it is over: a cancelled entry holds nothing of what it was for until its slot drops it. */
        private volatile @Nullable TimerTask task;

        private long dueTick;

        private Timer(TimerTask task) {
            this.task = task;
        }

        /** No further run, except one that has begun; what it was for is let go at once. Costs no search. */
        public void cancel() {
            task = null;
        }
    }

    /** One slot's entries; its own lock, held only to add, or to take those that are due. */
    private static final class Slot {
        private List<Timer> entries = new ArrayList<>(0);
    }

    private TimingWheel(Duration tick, LongSupplier clock) {
        this.clock = clock;
        this.tickNanos = tick.toNanos();
        this.maxTicks = Long.MAX_VALUE / 4 / tickNanos;
        this.startNanos = clock.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /** Starts a wheel that turns every {@code tick}. */
    public static TimingWheel start(Duration tick) {
        TimingWheel wheel = new TimingWheel(tick, System::nanoTime);
        CriticalThreads.startPlatform("mics-wheel", wheel::turn);
        return wheel;
    }

    /** A wheel without a thread, which {@link #advance} turns to where {@code clock} is. */
    public static TimingWheel byHand(Duration tick, LongSupplier clock) {
        return new TimingWheel(tick, clock);
    }

    /** Runs {@code task} after {@code delayNanos}, and again as often as it asks for. */
    public Timer schedule(TimerTask task, long delayNanos) {
        Timer timer = new Timer(task);
        add(timer, delayNanos);
        return timer;
    }

    private void add(Timer timer, long delayNanos) {
        // counted from the clock, not from the last tick: a wheel that is behind must not make it early
        long sinceStart = clock.getAsLong() - startNanos;
        long delay = Math.min(Math.max(delayNanos, 0), maxTicks * tickNanos);
        long due = Math.ceilDiv(sinceStart + delay, tickNanos);
        while (!addAt(timer, Math.max(due, tick + 1))) {
            Thread.onSpinWait();
        }
    }

    /** False: the wheel has passed this tick meanwhile. */
    private boolean addAt(Timer timer, long due) {
        Slot slot = slots[(int) (due % SLOTS)];
        synchronized (slot) {
            if (due <= tick) {
                return false;
            }
            timer.dueTick = due;
            slot.entries.add(timer);
            return true;
        }
    }

    private void turn() {
        while (!closed) {
            long wait = startNanos + (tick + 1) * tickNanos - clock.getAsLong();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                step();
            }
        }
    }

    /** Does everything that is due by now. */
    public void advance() {
        while (startNanos + (tick + 1) * tickNanos - clock.getAsLong() <= 0) {
            step();
        }
    }

    /** The next tick; only one thread ever turns a wheel. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void step() {
        long now = tick + 1;
        tick = now;
        for (Timer timer : takeDue(slots[(int) (now % SLOTS)], now)) {
            run(timer);
        }
    }

    /** Entries of later turns stay; what was cancelled goes. */
    private static List<Timer> takeDue(Slot slot, long now) {
        synchronized (slot) {
            if (slot.entries.isEmpty()) {
                return List.of();
            }
            List<Timer> due = new ArrayList<>(slot.entries.size());
            List<Timer> later = new ArrayList<>(0);
            for (Timer timer : slot.entries) {
                if (timer.task != null) {
                    (timer.dueTick <= now ? due : later).add(timer);
                }
            }
            slot.entries = later;
            return due;
        }
    }

    private void run(Timer timer) {
        TimerTask task = timer.task;
        if (task == null) {
            return;
        }
        long delay = AFTER_A_FAILURE_NANOS;
        try {
            delay = task.run(clock.getAsLong());
        } catch (RuntimeException e) {
            LOG.error("timer_task_failed", e);
        }
        if (delay == TimerTask.NEVER) {
            timer.cancel();
        } else if (timer.task != null) {
            add(timer, delay);
        }
    }

    /** Entries whose time has not come, cancelled ones included until their slot comes round. */
    public int size() {
        int size = 0;
        for (Slot slot : slots) {
            synchronized (slot) {
                size += slot.entries.size();
            }
        }
        return size;
    }

    @Override
    public void close() {
        closed = true;
    }
}
