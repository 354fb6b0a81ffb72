package io.mics.observe;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines on their way out of this process: who offers one never waits, a thread of its own writes them in their order.
 * What it cannot keep up with is dropped and counted, and so is everything once writing failed.
 *
 * @param <L> what becomes a line, on the writer's thread
 */
public final class LineWriter<L> implements AutoCloseable {
    private static final Log LOG = Log.of(LineWriter.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final Out<L> out;
    private final long maxBytes;
    private final Counter dropped;
    private final BlockingQueue<Optional<Queued<L>>> queue;
    private final AtomicLong bytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;
    private boolean failed;
    private long nextLog = System.nanoTime();

    private record Queued<L>(L line, long bytes) {}

    /** Where lines go; used by one thread only. */
    public interface Out<L> extends Closeable {
        /** Writes one; what it throws ends all writing. */
        void write(L line) throws IOException;

        /** Makes what was written visible to others; called whenever nothing more waits. */
        void flush() throws IOException;
    }

    /**
     * A writer to {@code out}, which it closes in the end.
     *
     * @param name     its thread's
     * @param maxLines how many may wait
     * @param maxBytes how large all that waits may be; a single one may be larger
     */
    public LineWriter(String name, Out<L> out, int maxLines, long maxBytes, Counter dropped) {
        this.name = name;
        this.out = out;
        this.maxBytes = maxBytes;
        this.dropped = dropped;
        this.queue = new ArrayBlockingQueue<>(maxLines);
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** Writes it soon, or drops it; {@code size} is what it holds in memory, in bytes, about. */
    public void offer(L line, long size) {
        long held = bytes.addAndGet(size);
        boolean room = held <= maxBytes || held == size;
        if (closed || !room || !queue.offer(Optional.of(new Queued<>(line, size)))) {
            bytes.addAndGet(-size);
            dropped.increment();
        }
    }

    private void run() {
        try (out) {
            for (Optional<Queued<L>> next = queue.take(); next.isPresent(); next = queue.take()) {
                write(next.get());
            }
        } catch (IOException e) {
            LOG.error(name + " did not end well", e);
        } catch (InterruptedException e) {
            LOG.debug(name + " was interrupted");
        }
    }

    private void write(Queued<L> next) {
        try {
            if (failed) {
                dropped.increment();
            } else {
                out.write(next.line());
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            failed = true;
            dropped.increment();
            LOG.error(name + " ended; everything is dropped from now on", e);
        } catch (RuntimeException e) {
            dropped.increment();
            unwritten(e);
        } finally {
            bytes.addAndGet(-next.bytes());
        }
    }

    /** Says so once in 5 s at most: what is wrong with one may be wrong with many. */
    private void unwritten(RuntimeException e) {
        long now = System.nanoTime();
        if (now - nextLog >= 0) {
            nextLog = now + LOG_INTERVAL;
            LOG.error(name + " cannot write a line", e);
        }
    }

    /** Writes what waits and closes; what is offered later is dropped. */
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
