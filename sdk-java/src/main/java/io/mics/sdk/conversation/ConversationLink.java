package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What conversations need of the client they belong to. Safe on any thread. */
public interface ConversationLink {
    /** Queues a frame for the gateway; false when there is no connection. Does not block. */
    boolean write(ClientFrame frame);

    /** Whether this is the callback thread. */
    boolean onCallbackThread();

    /**
     * Called before a thread waits for an answer.
     *
     * @throws IllegalStateException on the callback thread: until its task is done, the client may not read the answer
     */
    default void checkMayWait() {
        if (onCallbackThread()) {
            throw new IllegalStateException("a listener must not wait for an answer; let another thread do so");
        }
    }

    /** Runs a task on the callback thread, after what is queued there. */
    void run(Runnable task);

    /** Runs a task that does not block, on a thread that keeps time; never, once the client is closed. */
    void later(Duration delay, Runnable task);

    /** A body as it goes to the gateway. */
    ByteString seal(ByteString body);

    /** The body of one that came from the gateway; null when the client's key does not open it. */
    @Nullable
    ByteString open(ByteString sealed);
}
