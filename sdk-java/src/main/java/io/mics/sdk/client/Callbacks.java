package io.mics.sdk.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The thread the owner's code runs on. Runs tasks one at a time, in order, and survives their exceptions. */
final class Callbacks {
    private static final Logger LOG = System.getLogger(Callbacks.class.getName());
    private final ExecutorService thread = Executors.newSingleThreadExecutor(this::create);
    private volatile @Nullable Thread current;

    private Thread create(Runnable task) {
        Thread created = new Thread(task, "mics-client-callbacks");
        created.setDaemon(true);
        current = created;
        return created;
    }

    /** Whether the caller runs on this thread. */
    boolean isCurrent() {
        return Thread.currentThread().equals(current);
    }

    /** Queues the task; after {@link #stop} it is dropped. */
    void run(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, "a client's listener failed", e);
                }
            });
        } catch (RejectedExecutionException stopped) {
            LOG.log(Level.DEBUG, "dropped a callback of a closed client");
        }
    }

    /** Lets what is queued finish. */
    void stop() {
        thread.shutdown();
    }
}
