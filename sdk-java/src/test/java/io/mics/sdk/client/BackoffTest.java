package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Duration min = Duration.ofMillis(100);
    private final Duration max = Duration.ofSeconds(5);

    @Test
    void ceilingDoublesUpToTheMaximumAndNeverOverflows() {
        ReconnectPolicy.Backoff highest = new ReconnectPolicy.Backoff(min, max, () -> 1.0);

        assertThat(highest.after(0)).isEqualTo(Duration.ofMillis(100));
        assertThat(highest.after(3)).isEqualTo(Duration.ofMillis(800));
        assertThat(highest.after(6)).isEqualTo(max);
        assertThat(highest.after(Integer.MAX_VALUE)).isEqualTo(max);
        assertThat(highest.longest()).isEqualTo(max);
    }

    @Test
    void jitterCoversEverythingBelowTheCeiling() {
        assertThat(new ReconnectPolicy.Backoff(min, max, () -> 0.0).after(5)).isZero();
        assertThat(new ReconnectPolicy.Backoff(min, max, () -> 0.5).after(1)).isEqualTo(Duration.ofMillis(100));
        assertThat(new ReconnectPolicy.Backoff(min, max, () -> 0.0).longest()).isEqualTo(Duration.ofMillis(2500));
    }
}
