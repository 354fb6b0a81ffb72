package io.mics.loadtest;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes waiting for one socket of the bare loop. Frames that arrive while a write is in flight are joined into the
 * next one; an idle connection holds no buffer.
 */
final class BareOutput {
    private static final byte[] NOTHING = {};
    private static final int KEEP = 16 * 1024;

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] pending = NOTHING;
    private byte[] spare = NOTHING;
    private int size;
    private boolean writing;

    BareOutput(OutputStream out) {
        this.out = out;
    }

    /** Adds bytes behind what waits already. Nothing is written before {@link #flush}. */
    void add(byte[] from, int length) {
        lock.lock();
        try {
            if (pending.length < size + length) {
                pending = Arrays.copyOf(pending, Math.max(256, Integer.highestOneBit(size + length) * 2));
            }
            System.arraycopy(from, 0, pending, size, length);
            size += length;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, here or on a new thread; while somebody is writing, it goes with the next write. */
    void flush(boolean onNewThread) {
        lock.lock();
        try {
            if (writing || size == 0) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        if (onNewThread) {
            Thread.startVirtualThread(this::drain);
        } else {
            drain();
        }
    }

    private void drain() {
        byte[] written = NOTHING;
        while (true) {
            int length;
            byte[] now;
            lock.lock();
            try {
                if (written.length > spare.length && written.length <= KEEP) {
                    spare = written;
                }
                if (size == 0) {
                    writing = false;
                    return;
                }
                now = pending;
                length = size;
                pending = spare;
                spare = NOTHING;
                size = 0;
            } finally {
                lock.unlock();
            }
            try {
                out.write(now, 0, length);
            } catch (IOException gone) {
                // the reader of that connection sees it and takes the route away
            }
            written = now;
        }
    }
}
