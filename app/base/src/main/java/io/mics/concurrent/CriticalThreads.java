package io.mics.concurrent;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Threads that a node depends on. One ends when its task returns; a task that throws takes the process with it
 * ({@link FatalErrors}), because nobody would do its work any more. Where that is not wanted, as in a test, the process
 * {@linkplain #lost has lost} the thread, and a node is not ready.
 */
public final class CriticalThreads {
    private static final Map<Thread, String> LOST = new ConcurrentHashMap<>();

    private static volatile UnaryOperator<Runnable> around = UnaryOperator.identity();

    private CriticalThreads() {}

    /** For tests: what every thread started from now on runs in place of its task. */
    static void around(UnaryOperator<Runnable> wrapper) {
        around = wrapper;
    }

    /** A virtual thread that is started later. */
    public static Thread unstarted(String name, Runnable task) {
        return Thread.ofVirtual().name(name).unstarted(() -> run(task));
    }

    /** A running virtual thread. */
    public static Thread start(String name, Runnable task) {
        return Thread.ofVirtual().name(name).start(() -> run(task));
    }

    /** A running daemon platform thread, for what must go on when every carrier is busy. */
    public static Thread startPlatform(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).start(() -> run(task));
    }

    /**
     * One daemon platform thread for repeated tasks. An executor keeps what a task throws to itself and repeats the
     * task no more, so that is a thread lost, too.
     */
    public static ScheduledExecutorService scheduled(String name) {
        return new Schedule(name);
    }

    private static void run(Runnable task) {
        try {
            around.apply(task).run();
        } catch (Throwable thrown) { // whatever it is, the thread is gone
            lose(thrown);
        }
    }

    private static void lose(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            LOST.put(thread, thread.getName() + ": " + thrown);
        } finally {
            FatalErrors.ended(thread.getName(), thrown);
        }
    }

    private static final class Schedule extends ScheduledThreadPoolExecutor {
        Schedule(String name) {
            super(1, Thread.ofPlatform().daemon().name(name).factory());
        }

        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
            if (task instanceof Future<?> future && future.state() == Future.State.FAILED) {
                lose(future.exceptionNow());
            }
        }
    }

    /** The threads that are gone although their work was not done, and why; empty when none is. */
    public static Optional<String> lost() {
        return LOST.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "threads ended: " + LOST.values().stream().sorted().collect(Collectors.joining("; ")));
    }

    /** Begins anew without the threads that were lost: for a process that outlives their nodes, as in tests. */
    public static void forgetLost() {
        LOST.clear();
    }
}
