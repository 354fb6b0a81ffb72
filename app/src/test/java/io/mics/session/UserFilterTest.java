package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

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
}
