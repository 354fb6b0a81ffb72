package io.mics.offline;

import java.util.List;

/** The lease of one user's messages in this node's buffer. Used by one thread. */
final class LocalBacklogLease<T> implements BacklogLease<T> {
    private final Owner<T> owner;
    private boolean closed;

    /** The buffer the messages are still in. */
    interface Owner<T> {
        List<T> messages();

        void confirm(int n);

        void giveBack();
    }

    LocalBacklogLease(Owner<T> owner) {
        this.owner = owner;
    }

    @Override
    public List<T> messages() {
        return owner.messages();
    }

    @Override
    public void confirm(int n) {
        if (closed) {
            throw new IllegalStateException("the lease is closed");
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
