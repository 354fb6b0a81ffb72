package io.mics.pipeline;

import io.mics.conversation.NewMessage;
import io.mics.protocol.StoredMessage;

/** Where it is published that messages are stored; post-send hooks are notified from there. */
@FunctionalInterface
public interface PersistedEvents {
    /**
     * Publishes that a message is stored; waits for room.
     *
     * @param repeated whether it may have been published before
     * @param safe     called once, on any thread, when the event is where nothing loses it; never when this process
     *                 ends before that
     */
    void publish(NewMessage message, StoredMessage stored, boolean repeated, Runnable safe) throws InterruptedException;

    /** Gives what is not safe yet {@code nanos} to become so. */
    default void flush(long nanos) throws InterruptedException {}
}
