package io.mics.observe.log;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines that this process writes: who enqueues one never waits, a thread of its own writes them in their order.
 * What it cannot keep up with is dropped and counted. So is what comes after writing failed, on a full disk for one,
 * until another try succeeds: the first after a second, then at twice the time up to half a minute. A full disk lets
 * files be opened all the same, so a try is a line that was written and flushed.
 *
 * @param <L> what becomes a line, on the writer's thread
 */
public final class LineWriter<L> implements AutoCloseable {
    private static final Log LOG = Log.of(LineWriter.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final Out<L> out;
    private final long maxBytes;
    private final Counter dropped;
    private final BlockingQueue<Optional<Queued<L>>> queue;
    private final AtomicLong bytes = new AtomicLong();
    private final Thread thread;
    private final long firstPauseNanos;
    private volatile boolean closed;
    private volatile Optional<String> problem = Optional.empty();
    private long nextLog = System.nanoTime();

    // of the thread alone
    private long pauseNanos;
    private long nextTryNanos;
    private long unflushed;
    private long lost;
    private boolean reopened;

    private record Queued<L>(L line, long bytes) {}

    /** Where lines go; used by one thread only. */
    public interface Out<L> extends Closeable {
        /** Writes one; when it throws, nothing is written until {@link #reopen} succeeds. */
        void write(L line) throws IOException;

        /** Makes what was written visible to others; called whenever nothing more waits. */
        void flush() throws IOException;

        /** Begins anew after a failure; whether there is room is seen by what is written next. */
        void reopen() throws IOException;
    }

    /**
     * A writer to {@code out}, which it closes in the end.
     *
     * @param name     its thread's
     * @param maxLines how many may wait
     * @param maxBytes how large all that waits may be; a single one may be larger
     */
    public LineWriter(String name, Out<L> out, int maxLines, long maxBytes, Counter dropped) {
        this(name, out, maxLines, maxBytes, dropped, FIRST_PAUSE);
    }

    /** As above; {@code firstPause} is the time until the first try after a failure. */
    LineWriter(String name, Out<L> out, int maxLines, long maxBytes, Counter dropped, Duration firstPause) {
        this.firstPauseNanos = firstPause.toNanos();
        this.name = name;
        this.out = out;
        this.maxBytes = maxBytes;
        this.dropped = dropped;
        this.queue = new ArrayBlockingQueue<>(maxLines);
        this.thread = CriticalThreads.startPlatform(name, this::run);
    }

    /** Writes it soon, or drops it; {@code size} is what it holds in memory, in bytes, about. */
    public void enqueue(L line, long size) {
        long held = bytes.addAndGet(size);
        boolean room = held <= maxBytes || held == size;
        if (closed || !room || !queue.offer(Optional.of(new Queued<>(line, size)))) {
            bytes.addAndGet(-size);
            dropped.increment();
        }
    }

    /** Why nothing was written last; empty when all is well. */
    public Optional<String> problem() {
        return problem;
    }

    private void run() {
        try (out) {
            for (Optional<Queued<L>> next = next(); next.isPresent(); next = next()) {
                write(next.get());
            }
        } catch (IOException e) {
            LOG.error("lines_lost", e, "writer", name);
        } catch (InterruptedException e) {
            LOG.debug("writer_interrupted", "writer", name);
        }
    }

    /** The next line; meanwhile the tries after a failure are made. */
    private Optional<Queued<L>> next() throws InterruptedException {
        while (dropping()) {
            Optional<Queued<L>> next = queue.poll(nextTryNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next != null) {
                return next;
            }
            reopen();
        }
        return queue.take();
    }

    private boolean dropping() {
        return problem.isPresent() && !reopened;
    }

    private void write(Queued<L> next) {
        try {
            if (dropping() && System.nanoTime() - nextTryNanos >= 0) {
                reopen();
            }
            if (dropping()) {
                lose(1);
            } else {
                unflushed++;
                out.write(next.line());
                if (reopened || queue.isEmpty()) {
                    flush();
                }
            }
        } catch (IOException e) {
            failed(e);
        } catch (RuntimeException e) {
            unflushed--;
            dropped.increment();
            unwritten(e);
        } finally {
            bytes.addAndGet(-next.bytes());
        }
    }

    private void flush() throws IOException {
        out.flush();
        unflushed = 0;
        if (reopened) {
            LOG.info("line_writes_recovered", "writer", name, "dropped", lost);
            reopened = false;
            pauseNanos = 0;
            lost = 0;
            problem = Optional.empty();
        }
    }

    private void reopen() {
        try {
            out.reopen();
            reopened = true;
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        reopened = false;
        lose(unflushed);
        unflushed = 0;
        if (problem.isEmpty()) {
            LOG.error("lines_dropped", e, "writer", name);
        }
        problem = Optional.of("cannot write: " + e.getMessage());
        pauseNanos = pauseNanos == 0 ? firstPauseNanos : Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
        nextTryNanos = System.nanoTime() + pauseNanos;
    }

    private void lose(long lines) {
        lost += lines;
        dropped.add(lines);
    }

    /** Says so once in 5 s at most: what is wrong with one may be wrong with many. */
    private void unwritten(RuntimeException e) {
        long now = System.nanoTime();
        if (now - nextLog >= 0) {
            nextLog = now + LOG_INTERVAL;
            LOG.error("line_not_written", e, "writer", name);
        }
    }

    /** Writes what waits and closes; what is enqueued later is dropped. */
    @Override
    public void close() {
        closed = true;
        try {
            if (thread.isAlive()) {
                queue.put(Optional.empty()); // an interrupt would tear the file out of a write's hands
                thread.join();
            }
            dropped.add(queue.size());
            queue.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
