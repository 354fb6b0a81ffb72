package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.client.ReconnectPolicy.Plan;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectPolicyTest {
    private final ReconnectPolicy policy = new ReconnectPolicy(
            new ReconnectPolicy.Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 1.0), 2);

    @ParameterizedTest
    @ValueSource(ints = {1000, 4002, 4409})
    void stopsWhereAnotherAttemptIsPointlessOrHarmful(int code) {
        assertThat(policy.after(code, "")).isEqualTo(new Plan.Stop());
    }

    @ParameterizedTest
    @ValueSource(ints = {1006, 1011, 4100, 4430, 4999})
    void backsOffFurtherEachTime(int code) {
        assertThat(policy.after(code, "")).isEqualTo(retry(100));
        assertThat(policy.after(code, "")).isEqualTo(retry(200));
        policy.settled();
        assertThat(policy.after(code, "")).isEqualTo(retry(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 4200})
    void returnsAtOnceToADrainingClusterButNotForEver(int code) {
        for (int i = 0; i < 3; i++) {
            assertThat(policy.after(code, "draining")).isEqualTo(retry(0));
        }
        assertThat(policy.after(code, "draining")).isEqualTo(retry(100));
    }

    @Test
    void waitsAsLongAsADrainAsks() {
        assertThat(policy.after(4200, "draining; reconnect=1200ms")).isEqualTo(retry(1200));
        assertThat(policy.after(4200, "draining; reconnect=999999ms")).isEqualTo(retry(60_000));
        assertThat(policy.after(4200, "reconnect=99999999999999999ms")).isEqualTo(retry(0));
    }

    @Test
    void asksForANewTokenSoOftenAndNoMore() {
        assertThat(policy.after(4001, "expired")).isEqualTo(new Plan.Retry(Duration.ofMillis(100), true));
        assertThat(policy.after(4001, "expired")).isEqualTo(new Plan.Retry(Duration.ofMillis(200), true));
        assertThat(policy.after(4001, "expired")).isEqualTo(new Plan.Stop());
    }

    @Test
    void aGoodTokenResetsTheCount() {
        policy.after(4001, "expired");
        policy.after(4001, "expired");
        policy.connected();
        assertThat(policy.after(4001, "expired")).isInstanceOf(Plan.Retry.class);
    }

    @Test
    void waitsLongWhenALimitIsReached() {
        assertThat(policy.after(4429, "limit")).isEqualTo(retry(5000));
    }

    private static Plan retry(long ms) {
        return new Plan.Retry(Duration.ofMillis(ms), false);
    }
}
