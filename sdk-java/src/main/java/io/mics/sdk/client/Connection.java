package io.mics.sdk.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.message.v1.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from handshake to end. Tells its owner every frame in order and its end exactly once, whatever the
 * cause. At most {@value #INBOX} frames are read before the owner has consumed them.
 */
final class Connection implements WebSocket.Listener {
    private static final int INBOX = 256;
    private static final int MAX_FRAME_BYTES = 16 << 20;

    /** Called from network threads; must not block. */
    interface Owner {
        /** Each must be answered by one {@link Connection#consumed}, at once or once what it caused is done. */
        void frame(Connection connection, ServerFrame frame);

        void ended(Connection connection, int code, String reason);
    }

    private final Owner owner;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger unconsumed = new AtomicInteger();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable FrameWriter writer;
    private volatile long lastReadNanos = System.nanoTime();

    Connection(Owner owner) {
        this.owner = owner;
    }

    /** There once the socket is open, so before any frame. */
    @Nullable
    FrameWriter writer() {
        return writer;
    }

    /** How long nothing came in; 0 while the owner, not the server, is the slow one. */
    long silentNanos() {
        return unconsumed.get() >= INBOX ? 0 : System.nanoTime() - lastReadNanos;
    }

    /** The owner is done with a frame. */
    void consumed() {
        unconsumed.decrementAndGet();
        WebSocket open = socket;
        if (open != null) {
            open.request(1);
        }
    }

    /** Ends the connection without ado. */
    void fail(int code, String reason) {
        if (ended.compareAndSet(false, true)) {
            abort();
            owner.ended(this, code, reason);
        }
    }

    /** Says good-bye; the owner hears nothing more. {@link #abort} must follow, in case the server does not answer. */
    void close() {
        WebSocket open = socket;
        if (ended.compareAndSet(false, true) && open != null) {
            var unused = open.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }

    void abort() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        writer = new FrameWriter(opened, failure -> fail(CloseCodes.BROKEN, "write failed: " + failure));
        if (ended.get()) {
            opened.abort();
        } else {
            opened.request(INBOX);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        lastReadNanos = System.nanoTime();
        byte[] part = new byte[data.remaining()];
        data.get(part);
        parts.write(part, 0, part.length);
        if (parts.size() > MAX_FRAME_BYTES) {
            fail(CloseCodes.TOO_BIG, "frame over " + MAX_FRAME_BYTES + " bytes");
        } else if (last) {
            byte[] whole = parts.toByteArray();
            parts.reset();
            read(whole);
        } else {
            from.request(1);
        }
        return null;
    }

    private void read(byte[] bytes) {
        ServerFrame frame;
        try {
            frame = ServerFrame.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            fail(CloseCodes.PROTOCOL_ERROR, "not a protobuf frame");
            return;
        }
        if (ended.get()) {
            return;
        }
        unconsumed.incrementAndGet();
        owner.frame(this, frame);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        from.request(1); // the JDK answers it
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        if (ended.compareAndSet(false, true)) {
            owner.ended(this, code, reason);
        }
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        fail(CloseCodes.BROKEN, "connection broken: " + error);
    }
}
