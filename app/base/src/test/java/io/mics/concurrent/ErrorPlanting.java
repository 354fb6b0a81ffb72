package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets vital threads that start while it is open die of an error, and collects what would end the process instead of
 * ending it: exit codes and the lines logged.
 */
public final class ErrorPlanting extends Handler implements AutoCloseable {
    private final Map<Thread, AtomicReference<@Nullable Error>> running = new ConcurrentHashMap<>();
    private final List<Integer> exits = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(FatalErrors.class.getName());

    private ErrorPlanting() {}

    /** Begins. */
    public static ErrorPlanting begin() {
        ErrorPlanting planting = new ErrorPlanting();
        CriticalThreads.forgetLost();
        CriticalThreads.around(planting::around);
        FatalErrors.endBy(planting.exits::add);
        planting.logger.addHandler(planting);
        return planting;
    }

    private Runnable around(Runnable task) {
        return () -> {
            AtomicReference<@Nullable Error> planted = new AtomicReference<>();
            running.put(Thread.currentThread(), planted);
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
            }
            Error error = planted.get();
            if (error != null) {
                throw error;
            }
        };
    }

    /** The names of vital threads that run. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        running.keySet().forEach(thread -> names.add(thread.getName()));
        return names;
    }

    /** The threads of this name end their work, and die of an error; returns when one has. */
    public void plantIn(String name) throws InterruptedException {
        boolean died = false;
        for (Map.Entry<Thread, AtomicReference<@Nullable Error>> each : running.entrySet()) {
            if (each.getKey().getName().equals(name)) {
                each.getValue().set(new OutOfMemoryError("planted"));
                each.getKey().interrupt();
                died |= each.getKey().join(Duration.ofSeconds(20));
            }
        }
        assertThat(died).as(name + " has died").isTrue();
    }

    /** The threads whose names begin so die of an error where they would end. */
    public void plantAtTheEndOf(String prefix) {
        running.forEach((thread, planted) -> {
            if (thread.getName().startsWith(prefix)) {
                planted.set(new OutOfMemoryError("planted"));
            }
        });
    }

    /** How often the process would have ended, and lines logged then, since the last call. */
    public List<String> takeLines() {
        assertThat(exits).allMatch(code -> code == 70).hasSameSizeAs(lines);
        List<String> taken = List.copyOf(lines);
        lines.clear();
        exits.clear();
        return taken;
    }

    @Override
    public void publish(LogRecord each) {
        lines.add(each.getMessage());
    }

    @Override
    public void flush() {}

    /** Threads that have not died by now end as they would. */
    @Override
    public void close() {
        for (AtomicReference<@Nullable Error> planted : running.values()) {
            planted.set(null);
        }
        logger.removeHandler(this);
        CriticalThreads.around(task -> task);
        FatalErrors.endNothing();
        CriticalThreads.forgetLost();
    }
}
