package io.mics.config.reload;

import io.helidon.config.FileSystemWatcher;
import io.mics.concurrent.CriticalThreads;
import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.observe.Log;
import io.mics.observe.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Follows the configuration files while the server runs. A reload holds as a whole or changes nothing: on any problem
 * everything stays as it was and the problems are reported. Files that are still being written are not read at all.
 */
public final class ConfigReload<T> implements AutoCloseable {
    private static final Log LOG = Log.of(ConfigReload.class);

    /** How often a file is looked at. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** The time between two looks that must be equal before the files are read; what changed together is one reload. */
    private static final Duration QUIET = Duration.ofMillis(300);

    private final Path dir;
    private final Map<String, String> environment;
    private final Reloadable<T> reloadable;
    private final Metrics metrics;
    private final Pause pause;
    private final List<FileSystemWatcher> watchers = new ArrayList<>();
    private final BlockingQueue<Boolean> changed = new ArrayBlockingQueue<>(1);
    private final ReentrantLock reloading = new ReentrantLock();
    private final Thread follower;

    /** One thread, so that what is submitted after the watchers runs after their first look. */
    private final ScheduledExecutorService looking = CriticalThreads.scheduled("config-watch");

    /** The files as they were read last; under {@code reloading}. */
    private @Nullable FileStates lastRead;

    private volatile T running;
    private volatile Optional<String> lastProblem = Optional.empty();

    /** What passes between two looks at files that may be being written. */
    @FunctionalInterface
    interface Pause {
        /** Returns when it is time for the second look. */
        void await() throws InterruptedException;
    }

    /** Watches what {@code reloadable} is read from; {@code running} is what holds now. */
    public ConfigReload(
            Path dir, Map<String, String> environment, T running, Reloadable<T> reloadable, Metrics metrics) {
        this(dir, environment, running, reloadable, metrics, () -> Thread.sleep(QUIET));
    }

    ConfigReload(
            Path dir,
            Map<String, String> environment,
            T running,
            Reloadable<T> reloadable,
            Metrics metrics,
            Pause pause) {
        this.dir = dir.toAbsolutePath();
        this.environment = Map.copyOf(environment);
        this.running = running;
        this.reloadable = reloadable;
        this.metrics = metrics;
        this.pause = pause;
        metrics.counter(reloadable.reloads(), "ok");
        metrics.counter(reloadable.reloads(), "failed");
        this.follower = CriticalThreads.unstarted("config-reload", this::follow);
    }

    /** Starts watching. Reads once when the watchers are in place, for a change since the first reading. */
    public ConfigReload<T> start() {
        reloadable.watched(dir, environment).forEach(this::watch);
        looking.execute(() -> changed.offer(true));
        follower.start();
        return this;
    }

    private void watch(Path target) {
        FileSystemWatcher watcher = FileSystemWatcher.builder()
                .executor(looking)
                .initialDelay(Duration.ZERO)
                .delay(LOOK)
                .build();
        watcher.start(target, event -> changed.offer(true));
        watchers.add(watcher);
    }

    /** What holds now. */
    public T running() {
        return running;
    }

    /** What is wrong with the files as they are; empty when they are what runs. */
    public Optional<String> lastProblem() {
        return lastProblem;
    }

    /** Reads the files now and lets them hold, if nothing is wrong with them and nobody wrote them meanwhile. */
    public void reload() {
        reloading.lock();
        try {
            FileStates before = look();
            lastRead = before;
            ConfigResult<T> reading = reloadable.read(dir, environment);
            if (!look().equals(before)) {
                lastRead = null;
                changed.offer(true);
                return;
            }
            switch (reading) {
                case ConfigResult.Valid<T> valid -> change(valid.value());
                case ConfigResult.Invalid<T> invalid -> fail(invalid.problems());
            }
        } catch (RuntimeException e) {
            LOG.error("config_reload_failed", e);
            fail(List.of(new Problem("config", "file:" + dir, "could not be reloaded: internal error", "")));
        } finally {
            reloading.unlock();
        }
    }

    private void change(T next) {
        List<Problem> refused = reloadable.refuse(running, next);
        if (!refused.isEmpty()) {
            fail(refused);
            return;
        }
        T before = running;
        running = reloadable.apply(before, next);
        if (!running.equals(before) || lastProblem.isPresent()) {
            metrics.counter(reloadable.reloads(), "ok").increment();
            LOG.info(
                    "config_reloaded",
                    "dir",
                    dir.toString(),
                    "metric",
                    reloadable.reloads().prometheusName());
        }
        lastProblem = Optional.empty();
    }

    private void fail(List<Problem> problems) {
        metrics.counter(reloadable.reloads(), "failed").increment();
        problems.forEach(problem -> LOG.warn("config_refused", "problem", problem.line()));
        lastProblem = Optional.of(
                String.join("\n", problems.stream().map(Problem::line).toList()));
    }

    private void follow() {
        try {
            while (true) {
                changed.take();
                awaitUnchanged();
                if (differFromLastRead()) {
                    reload();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something else in a watched folder, a log perhaps, is written without end: that is no reason to read again. */
    private boolean differFromLastRead() {
        reloading.lock();
        try {
            return !look().equals(lastRead);
        } finally {
            reloading.unlock();
        }
    }

    private void awaitUnchanged() throws InterruptedException {
        FileStates before;
        FileStates now = look();
        do {
            before = now;
            pause.await();
            now = look();
        } while (!now.equals(before));
        changed.clear();
    }

    private FileStates look() {
        return FileStates.of(reloadable.watched(dir, environment));
    }

    /** Stops watching. */
    @Override
    public void close() {
        watchers.forEach(FileSystemWatcher::stop);
        looking.shutdownNow();
        follower.interrupt();
    }
}
