package io.mics.offline;

import java.util.List;

/** A drain of one user's messages in this node's buffer. Used by one thread. */
final class OpenDrain<T> implements Drain<T> {
    private final Owner<T> owner;
    private boolean closed;

    /** The buffer the messages are still in. */
    interface Owner<T> {
        List<T> messages();

        void confirm(int n);

        void giveBack();
    }

    OpenDrain(Owner<T> owner) {
        this.owner = owner;
    }

    @Override
    public List<T> messages() {
        return owner.messages();
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
