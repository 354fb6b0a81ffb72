package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.proto.hook.v1.EventType;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.directory.Presence;
import io.mics.routing.link.Peer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of one device, nothing about an earlier session is published after the begin of a later one: each order, forced. */
class SessionEventsTest {
    private final OutboundBudget budget = new OutboundBudget(0);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
    private final List<String> published = new ArrayList<>();
    private final EventLog log = new EventLog() {
        @Override
        public boolean publish(Event event) {
            String what = event.type() == EventType.CONNECT_ONLINE ? "online " : "offline ";
            return published.add(
                    what + event.session().node() + " " + event.session().number());
        }
    };
    private final SessionEvents events = new SessionEvents(log, "here", Presence.ALONE);

    @AfterEach
    void stop() {
        devices.close();
    }

    private Session registered() {
        Session session = devices.session("u1", "phone", new Devices.Stalled());
        assertThat(registry.register(session)).isInstanceOf(ConnectDecision.Accepted.class);
        return session;
    }

    private void online(Session session) {
        events.online(session, Presence.Replaced.NONE);
    }

    @Test
    void theReplacedSessionsEndComesBeforeTheNewOnesBegin() {
        Session old = registered();
        online(old);
        Session now = registered();
        online(now);
        registry.unregister(old);
        events.offline(old);
        events.offline(now);
        assertThat(published).containsExactly("online here 1", "offline here 1", "online here 2", "offline here 2");
    }

    @Test
    void anEndThatIsInFlightComesBeforeTheBeginOfWhoArrivesMeanwhile() {
        Session old = registered();
        online(old);
        registry.unregister(old);
        // it waits for the directory, and its device is back
        Session now = registered();
        online(now);
        events.offline(old);
        registry.ended(old);
        assertThat(published).containsExactly("online here 1", "offline here 1", "online here 2");
    }

    @Test
    void aSessionThatWasReplacedBeforeItsBeginWasPublishedIsNeverOnline() {
        Session old = registered();
        Session now = registered();
        online(now);
        online(old);
        events.offline(old);
        assertThat(published).containsExactly("online here 2");
    }

    @Test
    void whatASessionReplacedThatWasItselfReplacedEndsFirst() {
        Session first = registered();
        online(first);
        Session second = registered();
        Session third = registered();
        online(third);
        online(second);
        events.offline(second);
        events.offline(first);
        assertThat(published).containsExactly("online here 1", "offline here 1", "online here 3");
    }

    @Test
    void theNodeADeviceMovesToPublishesTheEndAndTheOtherDoesNot() {
        Session old = registered();
        online(old);
        registry.takeOver("t1", "u1", "phone", old.connectionId());
        registry.unregister(old);
        events.offline(old);
        assertThat(published).containsExactly("online here 1");
        assertThat(old.closing()).isNotNull();

        Session back = registered();
        events.online(back, new Presence.Replaced(new Peer("there", 9, ""), 4));
        assertThat(published).containsExactly("online here 1", "offline there 4", "online here 2");
    }

    @Test
    void aDeviceThatMovedWhileItsSessionWasReplacedHereIsNotEndedTwice() {
        Session old = registered();
        online(old);
        Session now = registered();
        registry.takeOver("t1", "u1", "phone", old.connectionId());
        online(now);
        events.offline(old);
        assertThat(published).containsExactly("online here 1", "online here 2");
        assertThat(now.closing()).isNull();
    }
}
