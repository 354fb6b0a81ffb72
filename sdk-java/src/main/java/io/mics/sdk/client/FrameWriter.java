package io.mics.sdk.client;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to one WebSocket, in order and one at a time, because the JDK forbids a send while another is under
 * way. Callers never wait. The queue is bounded by what its callers may have pending. After a failure nothing more is
 * written.
 */
final class FrameWriter {
    private final WebSocket socket;
    private final Consumer<Throwable> onFailure;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private boolean writing;

    FrameWriter(WebSocket socket, Consumer<Throwable> onFailure) {
        this.socket = socket;
        this.onFailure = onFailure;
    }

    void write(byte[] frame) {
        lock.lock();
        try {
            queue.add(frame);
            if (writing) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        drain();
    }

    /** Writes until the queue is empty or a write takes its time; its completion then goes on. */
    private void drain() {
        for (byte[] frame = next(); frame != null; frame = next()) {
            CompletableFuture<WebSocket> write = socket.sendBinary(ByteBuffer.wrap(frame), true);
            if (!write.isDone() || write.isCompletedExceptionally()) {
                var unused = write.whenComplete((done, failure) -> {
                    if (failure == null) {
                        drain();
                    } else {
                        onFailure.accept(failure);
                    }
                });
                return;
            }
        }
    }

    private byte @Nullable [] next() {
        lock.lock();
        try {
            byte[] frame = queue.poll();
            writing = frame != null;
            return frame;
        } finally {
            lock.unlock();
        }
    }
}
