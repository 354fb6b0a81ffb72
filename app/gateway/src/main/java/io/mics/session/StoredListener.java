package io.mics.session;

import io.mics.protocol.ConversationFrame;
import java.util.function.Consumer;

/** Tells a connection that a message of its device was stored; nobody, until it says who. Safe on any thread. */
public final class StoredListener {
    private volatile Consumer<ConversationFrame.Ack> listener = ack -> {};

    StoredListener() {}

    /** From now on {@code other} is notified, which must not block. */
    public void set(Consumer<ConversationFrame.Ack> other) {
        listener = other;
    }

    void stored(ConversationFrame.Ack ack) {
        listener.accept(ack);
    }
}
