package io.mics.offline;

import java.util.List;

/** A drain of one user's messages as they were when it was opened. Used by one thread. */
final class OpenDrain<T> implements Drain<T> {
    private final List<T> messages;
    private final Owner owner;
    private boolean closed;

    /** The buffer the messages are still in. */
    interface Owner {
        void confirm(int n);

        void giveBack();
    }

    OpenDrain(List<T> messages, Owner owner) {
        this.messages = messages;
        this.owner = owner;
    }

    @Override
    public List<T> messages() {
        return messages;
    }

    @Override
    public void confirm(int n) {
        if (closed) {
            throw new IllegalStateException("the drain is closed");
        }
        owner.confirm(n);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            owner.giveBack();
        }
    }
}
