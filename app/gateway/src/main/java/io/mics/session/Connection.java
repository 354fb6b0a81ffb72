package io.mics.session;

/** The socket side of a session, implemented by the edge that owns the socket. No call ever blocks on the peer. */
public interface Connection {
    /** The session's queue has frames and nobody is writing: start a writer, for which the caller has claimed it. */
    void startWriter(Session session);

    /** When the write now blocked on the peer began, in {@link System#nanoTime()}; 0 while none is. */
    long writingSince();

    /** Whether the peer is known to have closed the connection. */
    boolean hasLeft();

    /** Drops the socket without another word. */
    void abort();
}
