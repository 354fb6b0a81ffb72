package io.mics.offline;

import java.util.List;

/** A lease: the exclusive right to take a user's buffered messages. Nothing leaves the buffer until it is confirmed. */
public interface BacklogLease<T> extends AutoCloseable {
    /** What is buffered and not yet confirmed, oldest first, or a part of it; empty when there is no more. */
    List<T> messages() throws InterruptedException;

    /** The first {@code n} messages not yet confirmed are on a socket queue: they leave the buffer for good. */
    void confirm(int n);

    /** Gives the right back; what was not confirmed stays where it was. */
    @Override
    void close();
}
