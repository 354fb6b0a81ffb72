package io.mics.lifecycle;

import io.mics.observe.Log;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A start that may be stopped before it is complete: it is interrupted, and what it has started by then ends as in any
 * start that fails, so that nothing is left where others see it.
 */
public final class Startup {
    private static final Log LOG = Log.of(Startup.class);

    private final Thread starter = Thread.currentThread();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile @Nullable Runnable end;

    /**
     * Runs {@code start} on the thread that made this.
     *
     * @param start gives what ends it all, or throws when it could not start and has ended what it did; once stopped,
     *     it may throw whatever an interrupt makes it throw
     */
    public void run(Supplier<Runnable> start) {
        try {
            end = start.get();
        } catch (RuntimeException e) {
            if (!stopped) {
                throw e;
            }
            LOG.info("start_stopped", "cause", String.valueOf(e.getMessage()));
        } finally {
            over.countDown();
        }
    }

    /** Stops what has started; waits for that. */
    public void stop() {
        stopped = true;
        if (over.getCount() > 0) {
            starter.interrupt();
        }
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runnable known = end;
        if (known != null) {
            known.run();
        }
    }
}
