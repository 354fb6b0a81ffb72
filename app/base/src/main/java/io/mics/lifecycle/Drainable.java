package io.mics.lifecycle;

import java.time.Duration;
import java.util.List;

/** The clients that a drain sends away. Implemented by the sessions. */
public interface Drainable {
    /** One connected client. A call does nothing where the client is leaving already; none blocks. */
    interface Client {
        /** Closes its connection with the advice to reconnect after {@code delay}. */
        void drain(Duration delay);

        /** Closes its connection: the server stops now. */
        void stop();
    }

    /** Everyone who is connected, as of about now. */
    List<Client> clients();

    /** Clients whose end is not complete; what they leave may still be going offline. */
    int open();

    /** Grows whenever a client has come, or its end is complete. */
    long changes();

    /** Waits until {@link #changes} is no longer {@code seen}, at most {@code nanos}; an interrupt ends the wait. */
    void awaitChange(long seen, long nanos);
}
