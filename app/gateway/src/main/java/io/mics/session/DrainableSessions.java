package io.mics.session;

import io.mics.lifecycle.Drainable;
import io.mics.protocol.CloseCode;
import java.time.Duration;
import java.util.List;

/** This node's sessions, as its drain sees them. */
public record DrainableSessions(SessionRegistry registry, Sessions sessions) implements Drainable {
    @Override
    public List<Client> clients() {
        return registry.all().<Client>map(Leaving::new).toList();
    }

    @Override
    public int open() {
        return sessions.open();
    }

    @Override
    public long changes() {
        return sessions.changes();
    }

    @Override
    public void awaitChange(long seen, long nanos) {
        sessions.awaitChange(seen, nanos);
    }

    private record Leaving(Session session) implements Client {
        @Override
        public void drain(Duration delay) {
            session.close(CloseCode.DRAINING, "draining; reconnect=" + delay.toMillis() + "ms");
        }

        @Override
        public void stop() {
            session.close(CloseCode.GOING_AWAY, "server stopping");
        }
    }
}
