package io.mics.observe.log;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.FatalErrors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Log lines to a stream, buffered: warnings, and what a developer turned on below INFO, are flushed at once and thus
 * survive a kill -9; everything else within {@value #FLUSH_MS} ms or when the handler is closed. Whole lines only, in
 * the order they were handed over; safe on any thread. Where the stream fails, lines are lost and nothing else. An
 * error that leaves the process in doubt ends it, whoever logs it.
 */
final class StdoutHandler extends Handler {
    static final int FLUSH_MS = 100;
    private static final int SUMMARY_MS = 1_000;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final OutputStream out;
    private final Thread flusher;
    private final LogBudget budget = new LogBudget(System::nanoTime);
    private volatile boolean summaryDue;
    private boolean dirty;
    private volatile boolean closed;

    StdoutHandler(OutputStream stream) {
        out = new BufferedOutputStream(stream, BUFFER_BYTES);
        flusher = CriticalThreads.startPlatform("log-flush", this::flushRepeatedly);
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            // libraries catch everything on their threads, and only log it
            FatalErrors.check(thrown);
        }
        if (budget.admits(record)) {
            write(LogBudget.withoutClientsStack(record));
        } else if (!summaryDue) {
            summaryDue = true;
            LockSupport.unpark(flusher);
        }
    }

    /** Lines that were not written, since the start. */
    long suppressed() {
        return budget.suppressed();
    }

    private void write(LogRecord record) {
        byte[] line;
        try {
            line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            // a value that cannot be put into words must not end who logs it
            reportError(null, e, ErrorManager.FORMAT_FAILURE);
            return;
        }
        int level = record.getLevel().intValue();
        boolean flushNow = closed || level >= Level.WARNING.intValue() || level < Level.INFO.intValue();
        lock.lock();
        try {
            out.write(line);
            boolean wake = !dirty && !flushNow;
            dirty = !flushNow;
            if (flushNow) {
                out.flush();
            } else if (wake) {
                LockSupport.unpark(flusher);
            }
        } catch (IOException | RuntimeException e) {
            reportError(null, e, ErrorManager.WRITE_FAILURE);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            dirty = false;
            out.flush();
        } catch (IOException | RuntimeException e) {
            reportError(null, e, ErrorManager.FLUSH_FAILURE);
        } finally {
            lock.unlock();
        }
    }

    /** Flushes; lines that still come are written through, so that the very last ones of a shutdown are not lost. */
    @Override
    public void close() {
        closed = true;
        writeSummaries();
        flush();
        LockSupport.unpark(flusher);
    }

    private void flushRepeatedly() {
        while (!closed) {
            // first: waiting for the lock may use up the wake-up that came with one of the others
            boolean waiting = isDirty();
            if (summaryDue) {
                long summaryAt = System.nanoTime() + SUMMARY_MS * 1_000_000L;
                while (!closed && System.nanoTime() - summaryAt < 0) {
                    LockSupport.parkNanos(FLUSH_MS * 1_000_000L);
                    flush();
                }
                writeSummaries();
            } else if (waiting) {
                LockSupport.parkNanos(FLUSH_MS * 1_000_000L);
                flush();
            } else if (!closed) {
                LockSupport.park(this);
            }
        }
    }

    /** Writes how many lines of which kinds were not written. */
    private void writeSummaries() {
        summaryDue = false;
        budget.summaries().forEach(this::write);
    }

    private boolean isDirty() {
        lock.lock();
        try {
            return dirty;
        } finally {
            lock.unlock();
        }
    }
}
