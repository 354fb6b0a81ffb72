package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.CloseCode;
import io.mics.protocol.Payload;
import io.mics.protocol.ProtobufCodec;
import io.mics.protocol.json.JsonCodec;
import io.mics.timer.TimerTask;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the wheel decides about one session, at moments that the tests name; the heartbeat is 30 s. */
class SessionExpiryTest {
    private static final long KEEPALIVE = seconds(30);

    private final Devices devices = new Devices(new OutboundBudget(0));

    @AfterEach
    void close() {
        devices.close();
    }

    private static long seconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static boolean expired(Session session) {
        Session.Closing closing = session.closing();
        return closing != null && closing.code() == CloseCode.HEARTBEAT_TIMEOUT;
    }

    @Test
    void expiresAfterItsHeartbeat() {
        Session session = devices.session("a", new Devices.Stalled());
        long opened = session.openedNanos();
        assertThat(session.run(opened + seconds(29))).isEqualTo(seconds(1));
        session.run(opened + seconds(30) + 1);
        assertThat(expired(session)).isTrue();
    }

    @Test
    void aMessageThatComesAtOneKibibytePerSecondKeepsItAlive() {
        Session session = devices.session("a", new Devices.Stalled());
        long opened = session.openedNanos();
        for (int second = 1; second <= 600; second++) {
            session.arriving(1024, opened + seconds(second));
            session.run(opened + seconds(second));
        }
        assertThat(session.closing()).isNull();
        session.run(opened + seconds(600 + 29));
        assertThat(session.closing()).isNull();
        session.run(opened + seconds(600 + 31));
        assertThat(expired(session)).isTrue();
    }

    @Test
    void burstsOfAMessageKeepItAliveButGiveNoCredit() {
        Session session = devices.session("a", new Devices.Stalled());
        long opened = session.openedNanos();
        for (int second = 25; second <= 250; second += 25) {
            session.arriving(64 * 1024, opened + seconds(second));
            session.run(opened + seconds(second + 24));
            assertThat(session.closing()).isNull();
        }
        session.arriving(1 << 20, opened + seconds(270));
        session.run(opened + seconds(270 + 31));
        assertThat(expired(session)).isTrue();
    }

    @Test
    void drippingExpires() {
        Session halfTheRate = devices.session("a", new Devices.Stalled());
        Session burstAfterSilence = devices.session("b", new Devices.Stalled());
        long opened = halfTheRate.openedNanos();
        for (int second = 1; second <= 62; second++) {
            halfTheRate.arriving(512, opened + seconds(second));
            halfTheRate.run(opened + seconds(second));
            if (second % 29 == 0) {
                burstAfterSilence.arriving(1024, opened + seconds(second));
            }
            burstAfterSilence.run(opened + seconds(second));
        }
        assertThat(expired(halfTheRate)).isTrue();
        assertThat(expired(burstAfterSilence)).isTrue();
    }

    @Test
    void aTextSessionIsPingedAtAThirdOfItsHeartbeatWhateverTheKeepalive() {
        for (long keepalive : new long[] {0, KEEPALIVE}) {
            assertThat(pingsWithin(30, true, keepalive)).isGreaterThanOrEqualTo(2);
        }
        assertThat(pingsWithin(30, true, seconds(5))).isEqualTo(5);
        assertThat(pingsWithin(30, false, KEEPALIVE)).isZero();
        assertThat(pingsWithin(30, false, 0)).isZero();
    }

    /** Pings queued in less than {@code seconds}, at the moments the session itself asks to be checked. */
    private long pingsWithin(int seconds, boolean text, long keepalive) {
        Session session = devices.session(
                "a", "d1", new Devices.Stalled(), text ? new JsonCodec("a", 5_000) : ProtobufCodec.INSTANCE, keepalive);
        long at = session.openedNanos();
        while (at - session.openedNanos() < seconds(seconds)) {
            at += session.run(at);
        }
        List<Payload> frames = session.takeFrames(Long.MAX_VALUE);
        return frames.stream()
                .filter(frame -> frame.kind() == Payload.Kind.PING)
                .count();
    }

    @Test
    void whatHasEndedIsReachableFromNoTimer() {
        Session session = devices.session("a", new Devices.Stalled());
        WeakReference<Session> seen = new WeakReference<>(session);
        session.watch();
        session.timers().backlog(new TaskOf(session), seconds(60));
        session.timers().end();
        session.close(CloseCode.REPLACED, "asked by somebody who still had it");
        session = null;
        for (int i = 0; i < 50 && seen.get() != null; i++) {
            System.gc();
        }
        assertThat(seen.get()).isNull();
    }

    private record TaskOf(Session session) implements TimerTask {
        @Override
        public long run(long nanos) {
            return NEVER;
        }
    }
}
