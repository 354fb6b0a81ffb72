package io.mics.offline;

import java.util.List;

/** A drain of one user's messages as they were when it was opened. */
record OpenDrain<T>(List<T> messages, Owner owner) implements Drain<T> {
    /** The buffer the messages are still in. */
    interface Owner {
        void confirm(int n);

        void close();
    }

    @Override
    public void confirm(int n) {
        owner.confirm(n);
    }

    @Override
    public void close() {
        owner.close();
    }
}
