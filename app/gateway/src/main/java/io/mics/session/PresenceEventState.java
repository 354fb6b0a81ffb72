package io.mics.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which presence events of one session were published: none, CONNECT_ONLINE, then CONNECT_OFFLINE, each at most once,
 * and only after those of the sessions of the same device that it replaced on this node. Its monitor is held while an
 * event is enqueued, which never blocks; monitors are taken from a session to the one it replaced.
 */
final class PresenceEventState {
    private @Nullable Session replaced;
    private State state = State.NOTHING;

    private enum State {
        NOTHING,
        ONLINE,
        OFFLINE
    }

    /** Its session replaced {@code earlier}; called before anybody else sees it. */
    void follows(Session earlier) {
        synchronized (this) {
            replaced = earlier;
        }
    }

    /** Publishes that the session is online, unless it was replaced already. */
    void online(Runnable publish, Consumer<Session> publishOffline) {
        synchronized (this) {
            endReplaced(publishOffline);
            if (state == State.NOTHING) {
                publish.run();
                state = State.ONLINE;
            }
        }
    }

    /** Publishes that {@code session}, whose events these are, is offline, if it was online. */
    void offline(Session session, Consumer<Session> publish) {
        synchronized (this) {
            endReplaced(publish);
            if (state == State.ONLINE) {
                publish.accept(session);
            }
            state = State.OFFLINE;
        }
    }

    /** The node to which the device moved publishes that its session here is offline. */
    void movedAway() {
        synchronized (this) {
            state = State.OFFLINE;
        }
    }

    /** The session of this connection that {@code own} replaced and that was not seen to its end yet. */
    @Nullable
    Session replaced(long connection) {
        synchronized (this) {
            Session earlier = replaced;
            return earlier == null || earlier.connectionId() == connection
                    ? earlier
                    : earlier.presenceEvents().replaced(connection);
        }
    }

    private void endReplaced(Consumer<Session> publish) {
        Session earlier = replaced;
        replaced = null;
        if (earlier != null) {
            earlier.presenceEvents().offline(earlier, publish);
        }
    }
}
