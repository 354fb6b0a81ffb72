package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.node.v1.SentMessage;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.directory.DeviceKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device says on this node after it moved to another, which knows what it sent, is not delivered here. */
@Timeout(60)
class TakeOverTest {
    private final OutboundBudget budget = new OutboundBudget(0);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);

    @AfterEach
    void stop() {
        devices.close();
    }

    private Session registered() {
        Session session = devices.session("u1", "phone", new Devices.Stalled());
        assertThat(registry.register(session)).isInstanceOf(ConnectDecision.Accepted.class);
        return session;
    }

    private static boolean begun(Session session, String msgId) {
        return session.recentSends().begun(session.connectionId(), msgId, 1, System.nanoTime(), 77);
    }

    @Test
    void aMessageThatStillWaitsWhenTheOtherNodeHasItsAnswerIsNotBegun() {
        Session session = registered();
        assertThat(begun(session, "1")).isTrue();
        // the reader waits for its tenant's turn for longer than the other node waits
        session.handling();
        assertThat(registry.takeOver("t1", "u1", "phone", session.connectionId()))
                .extracting(SentMessage::getMsgId)
                .containsExactly("1");
        assertThat(begun(session, "2")).isFalse();
    }

    @Test
    void aSessionThatIsEndingOnItsOwnBeginsNothingMoreEither() {
        Session session = registered();
        session.handling();
        session.close(CloseCode.NORMAL, "");
        assertThat(registry.takeOver("t1", "u1", "phone", 0)).isEmpty();
        assertThat(begun(session, "1")).isFalse();
    }

    @Test
    void aSessionWhoseDeviceIsFoundElsewhereBeginsNothingMore() {
        Session session = registered();
        registry.replaced(session.toDevice());
        assertThat(begun(session, "1")).isFalse();
    }

    @Test
    void aDeviceThatIsBackSendsAgain() {
        Session old = registered();
        Session back = registered();
        registry.takeOver("t1", "u1", "phone", old.connectionId());
        assertThat(back.closing()).isNull();
        assertThat(begun(old, "1")).isFalse();
        assertThat(begun(back, "1")).isTrue();
    }

    @Test
    void aNodeThatStopsHandsOverWhatDevicesSentThatHaveLeftAndBeginsNothingMore() {
        Session gone = registered();
        assertThat(begun(gone, "1")).isTrue();
        registry.unregister(gone);
        registry.ended(gone);
        assertThat(registry.handOver().orElseThrow().get(new DeviceKey("t1", "u1", "phone")))
                .extracting(SentMessage::getMsgId)
                .containsExactly("1");
        assertThat(begun(gone, "2")).isFalse();
    }

    @Test
    void aDeviceThatSentNothingWasHereAllTheSame() {
        assertThat(registry.handOver()).isEmpty();
        Session silent = registered();
        registry.unregister(silent);
        assertThat(registry.handOver().orElseThrow()).isEmpty();
    }
}
