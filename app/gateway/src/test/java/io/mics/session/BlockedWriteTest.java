package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.CloseCode;
import io.mics.protocol.ProtobufCodec;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a socket may take nothing of one write. */
class BlockedWriteTest {
    private static final long STALL = TimeUnit.SECONDS.toNanos(10);
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(1);

    private final Devices devices = new Devices(new OutboundBudget(0));
    private final Writing socket = new Writing();
    private final Session session = devices.session("a", "d1", socket, ProtobufCodec.INSTANCE, 0, STALL);

    /** A socket whose write is in flight since the time a test says. */
    private static final class Writing extends Devices.Stalled {
        private volatile long since;

        @Override
        public long writingSince() {
            return since;
        }
    }

    @AfterEach
    void close() {
        devices.close();
    }

    private static boolean tooSlow(Session session) {
        Session.Closing closing = session.closing();
        return closing != null && closing.code() == CloseCode.TOO_SLOW;
    }

    @Test
    void closesTheSessionWithFourThousandFourHundredThirtyOnceItIsBlockedForLonger() {
        assertThat(CloseCode.TOO_SLOW.code()).isEqualTo(4430);
        socket.since = session.openedNanos() + STEP;
        session.run(socket.since + STALL);
        assertThat(session.closing()).as("not yet").isNull();
        session.run(socket.since + STALL + STEP);
        assertThat(tooSlow(session)).isTrue();
    }

    @Test
    void eachWriteHasThatTimeAndOneThatIsOverCountsNoLonger() {
        long now = session.openedNanos();
        for (int write = 0; write < 2; write++) {
            socket.since = now + STEP;
            now = socket.since + STALL;
            session.run(now);
            assertThat(session.closing()).isNull();
        }
        socket.since = 0;
        session.run(now + STALL / 2);
        assertThat(session.closing()).isNull();
    }

    @Test
    void runsInTimeToSeeIt() {
        assertThat(session.run(session.openedNanos())).isLessThanOrEqualTo(STALL);
    }
}
