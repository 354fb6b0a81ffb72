package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.TaskScope;
import io.mics.protocol.ConnectDecision;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserFilterTest {
    @Test
    void neverMissesAUserAndKnowsMostOthersToBeAbsent() {
        UserFilter filter = new UserFilter();
        for (int i = 0; i < 1_000; i++) {
            filter.add("t" + i % 3, "user" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(filter.mayHave("t" + i % 3, ("user" + i).hashCode())).isTrue();
        }
        assertThat(IntStream.range(0, 100_000).filter(i -> filter.mayHave("t0", ("absent-" + i).hashCode())))
                .hasSizeLessThan(3_000);
    }

    @Test
    void forgetsAUserWhenTheLastWithThatHashCodeIsGone() {
        UserFilter filter = new UserFilter();
        assertThat("Aa").hasSameHashCodeAs("BB");
        filter.add("t", "Aa");
        filter.add("t", "BB");
        filter.remove("t", "Aa");
        assertThat(filter.mayHave("t", "Aa".hashCode())).isTrue();
        filter.remove("t", "BB");
        assertThat(filter.mayHave("t", "Aa".hashCode())).isFalse();
    }

    @Test
    void theRegistryKnowsAUserAsLongAsOneDeviceHasASession() {
        OutboundBudget budget = new OutboundBudget(0);
        try (Devices devices = new Devices(budget)) {
            SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
            Session phone = devices.session("u1", "phone", new Devices.Stalled());
            Session again = devices.session("u1", "phone", new Devices.Stalled());
            Session tablet = devices.session("u1", "tablet", new Devices.Stalled());
            int hash = "u1".hashCode();
            assertThat(registry.mayHaveSession("t1", hash)).isFalse();
            registry.register(phone);
            registry.register(again);
            registry.register(tablet);
            assertThat(registry.unregister(phone)).as("it was replaced").isFalse();
            assertThat(registry.unregister(again)).isTrue();
            assertThat(registry.mayHaveSession("t1", hash)).isTrue();
            assertThat(registry.unregister(tablet)).isTrue();
            assertThat(registry.unregister(tablet)).isFalse();
            assertThat(registry.mayHaveSession("t1", hash)).isFalse();
        }
    }

    @Test
    void theRegistryNeverMissesWhoComesAndGoesOnManyThreads() throws Exception {
        OutboundBudget budget = new OutboundBudget(0);
        try (Devices devices = new Devices(budget)) {
            SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
            // "Aa" and "BB" have one hash code, so that each counts where the other does
            List<String> users = List.of("Aa", "BB");
            try (TaskScope scope = TaskScope.open("devices", 4, Deadline.NEVER)) {
                for (int thread = 0; thread < 4; thread++) {
                    String user = users.get(thread % 2);
                    String device = "d" + thread / 2;
                    var unused = scope.fork(() -> {
                        Session before = null;
                        for (int i = 0; i < 2_000; i++) {
                            Session session = devices.session(user, device, new Devices.Stalled());
                            assertThat(registry.register(session)).isInstanceOf(ConnectDecision.Accepted.class);
                            assertThat(registry.mayHaveSession("t1", user.hashCode()))
                                    .isTrue();
                            if (before != null) {
                                assertThat(registry.unregister(before))
                                        .as("it was replaced")
                                        .isFalse();
                            }
                            before = session;
                            if (i % 2 == 1) {
                                assertThat(registry.unregister(session)).isTrue();
                                assertThat(registry.unregister(session)).isFalse();
                                before = null;
                            }
                        }
                        return before;
                    });
                }
                scope.join();
            }
            assertThat(registry.size()).isZero();
            assertThat(registry.mayHaveSession("t1", "Aa".hashCode())).isFalse();
        }
    }
}
