package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.delivery.LocalDelivery.LocalOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeTotalTest {
    private static final int TOTAL = 20_000;

    private final OutboundBudget budget = new OutboundBudget(TOTAL);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);

    @AfterEach
    void stop() {
        devices.close();
    }

    private Session stalled(String user) {
        Session session = devices.session(user, new Devices.Stalled());
        assertThat(registry.register(session)).isInstanceOf(ConnectDecision.Accepted.class);
        session.goLive();
        return session;
    }

    private LocalOutcome deliver(String user, int bytes) {
        return registry.deliver("t1", user, Devices.delivery("m", bytes), LocalDelivery.NOBODY, new PendingWrites());
    }

    @Test
    void closesTheLargestQueueAtTheNodesTotal() {
        Session small = stalled("small");
        Session large = stalled("large");
        Session newest = stalled("newest");
        deliver("small", 2_000);
        deliver("large", 6_000);
        assertThat(large.closing()).isNull();
        assertThat(deliver("newest", 3_000)).isEqualTo(LocalOutcome.delivered(1));
        assertThat(large.closing())
                .isNotNull()
                .extracting(Session.Closing::code)
                .isEqualTo(CloseCode.TOO_SLOW);
        assertThat(small.closing()).isNull();
        assertThat(newest.closing()).isNull();
        assertThat(budget.used()).isBetween(5_000L, (long) TOTAL);
        assertThat(deliver("small", 2_000)).isEqualTo(LocalOutcome.delivered(1));
        assertThat(small.closing()).isNull();
        assertThat(newest.closing()).isNull();
        assertThat(large.queue().takeUnsent()).hasSize(1);
    }

    @Test
    void closesNobodyBelowTheTotal() {
        Session one = stalled("one");
        deliver("one", TOTAL / 2 - 1_000);
        assertThat(one.closing()).isNull();
    }
}
