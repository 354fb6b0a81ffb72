package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.sdk.conversation.ConversationLink;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What conversations have of a client: the present connection, its threads, its key. */
final class Wire implements ConversationLink {
    private final ScheduledExecutorService loop;
    private final Callbacks callbacks;
    private final @Nullable BodyCipher cipher;
    private volatile @Nullable FrameWriter writer;

    Wire(ScheduledExecutorService loop, Callbacks callbacks, @Nullable BodyCipher cipher) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.cipher = cipher;
    }

    void attach(FrameWriter connected) {
        writer = connected;
    }

    void detach() {
        writer = null;
    }

    @Override
    public boolean write(ClientFrame frame) {
        FrameWriter connected = writer;
        if (connected != null) {
            connected.write(frame.toByteArray());
        }
        return connected != null;
    }

    @Override
    public boolean onCallbackThread() {
        return callbacks.isCurrent();
    }

    @Override
    public void run(Runnable task) {
        callbacks.run(task);
    }

    @Override
    public void later(Duration delay, Runnable task) {
        try {
            var unused = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return;
        }
    }

    @Override
    public ByteString seal(ByteString body) {
        return cipher == null ? body : ByteString.copyFrom(cipher.seal(body.toByteArray()));
    }

    @Override
    public @Nullable ByteString open(ByteString sealed) {
        if (cipher == null) {
            return sealed;
        }
        return cipher.open(sealed.toByteArray()) instanceof BodyCipher.Plain plain
                ? ByteString.copyFrom(plain.bytes())
                : null;
    }
}
