package io.mics.session;

import io.mics.observe.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One timing wheel for everything that expires: heartbeats, keep-alive pings, close handshakes, blocked writes. A look
 * comes at most one tick late; activity costs nothing, because an entry is only asked again when its slot comes round.
 */
public final class TimingWheel implements AutoCloseable {
    private static final Log LOG = Log.of(TimingWheel.class);
    private static final int SLOTS = 512;

    private final long tickNanos;
    private final Slot[] slots = new Slot[SLOTS];
    private final long startNanos = System.nanoTime();
    private volatile long tick;
    private volatile boolean closed;

    /** One slot's entries; its own lock, held only to add or to take them all. */
    private static final class Slot {
        private List<Timed> entries = new ArrayList<>(0);

        void add(Timed timed) {
            synchronized (this) {
                entries.add(timed);
            }
        }

        List<Timed> takeAll() {
            synchronized (this) {
                List<Timed> taken = entries;
                entries = new ArrayList<>(0);
                return taken;
            }
        }
    }

    private TimingWheel(Duration tick) {
        this.tickNanos = tick.toNanos();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /** Starts a wheel that turns every {@code tick}. */
    public static TimingWheel start(Duration tick) {
        TimingWheel wheel = new TimingWheel(tick);
        Thread.ofPlatform().daemon().name("mics-wheel").start(wheel::turn);
        return wheel;
    }

    /** Looks at {@code timed} after {@code delayNanos}, and again as often as it asks for. */
    public void schedule(Timed timed, long delayNanos) {
        long ticks = Math.clamp(delayNanos / tickNanos + 1, 1, SLOTS - 1);
        slots[(int) ((tick + ticks) % SLOTS)].add(timed);
    }

    private void turn() {
        while (!closed) {
            long due = startNanos + (tick + 1) * tickNanos;
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            long now = tick + 1;
            tick = now;
            for (Timed timed : slots[(int) (now % SLOTS)].takeAll()) {
                look(timed);
            }
        }
    }

    private void look(Timed timed) {
        try {
            long delay = timed.look(System.nanoTime());
            if (delay != Timed.NEVER) {
                schedule(timed, delay);
            }
        } catch (RuntimeException e) {
            LOG.error("timed look failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
