package io.mics.session;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.event.SessionId;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.protocol.CloseCode;
import io.mics.routing.directory.Presence;

/**
 * Publishes that sessions begin and end. Of one device on this node in the order in which they replaced each other; the
 * end of a session that was replaced from another node is published by that node, just before the new session's begin;
 * it has no trace id.
 *
 * <p>Each names its session in the header {@code mics-session-id} ({@code {node}-{epoch}-{number}}). Two nodes'
 * producers know nothing of each other, so who must be right at any moment folds by session: a device is online while
 * the session of its last CONNECT_ONLINE, leaving out sessions already seen offline, is not offline. A killed node
 * publishes nothing; sessions of a start older than the newest seen of that node are over.
 */
public final class SessionEvents {
    private final EventLog log;
    private final String node;
    private final Presence presence;

    /** Publishes to {@code log} what happens on {@code node}. */
    public SessionEvents(EventLog log, String node, Presence presence) {
        this.log = log;
        this.node = node;
        this.presence = presence;
    }

    /** A session is online, and the one it replaced on another node is not any more. */
    void online(Session session, Presence.Replaced elsewhere) {
        session.presenceEvents()
                .online(
                        () -> {
                            if (elsewhere.connection() != 0) {
                                publish(
                                        session,
                                        EventType.CONNECT_OFFLINE,
                                        new SessionId(
                                                elsewhere.node().node(),
                                                elsewhere.node().epoch(),
                                                elsewhere.connection()),
                                        "");
                            }
                            publish(session, EventType.CONNECT_ONLINE, idOf(session), session.traceId());
                        },
                        this::publishOffline);
    }

    /** A session has ended. */
    void offline(Session session) {
        session.presenceEvents().offline(session, this::publishOffline);
    }

    private void publishOffline(Session session) {
        publish(session, EventType.CONNECT_OFFLINE, idOf(session), session.traceId());
    }

    private SessionId idOf(Session session) {
        return new SessionId(node, presence.epoch(), session.connectionId());
    }

    /** Publishes what became of the session {@code id} of the device of {@code session}. */
    private void publish(Session session, EventType type, SessionId id, String traceId) {
        ConnectAck data = ConnectAck.newBuilder()
                .setCode(CloseCode.NORMAL.code())
                .setTenantId(session.tenant().id())
                .setUserId(session.user())
                .setDeviceId(session.device())
                .setNodeId(id.node())
                .setTraceId(traceId)
                .build();
        log.publish(new Event(
                session.tenant().id(),
                type,
                session.user(),
                session.device(),
                data,
                System.currentTimeMillis(),
                traceId,
                id));
    }
}
