package io.mics.concurrent;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Threads that a node depends on. One ends when its task returns; a task that throws takes the process with it
 * ({@link FatalErrors}), because nobody would do its work any more. Where that is not wanted, as in a test, the process
 * {@linkplain #lost has lost} the thread, and a node is not ready.
 */
public final class VitalThreads {
    private static final Map<Thread, String> LOST = new ConcurrentHashMap<>();

    private VitalThreads() {}

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

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) { // whatever it is, the thread is gone
            Thread thread = Thread.currentThread();
            try {
                LOST.put(thread, thread.getName() + ": " + thrown);
            } finally {
                FatalErrors.ended(thread.getName(), thrown);
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
