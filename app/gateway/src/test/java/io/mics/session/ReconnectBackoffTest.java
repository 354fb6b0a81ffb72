package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconnectBackoffTest {
    private final ReconnectBackoff reconnectBackoff = new ReconnectBackoff();
    private long now = TimeUnit.HOURS.toNanos(1);

    private void replaced() {
        reconnectBackoff.replaced("t1", "u1", "d1", now);
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private long delaySeconds() {
        return reconnectBackoff.delay("t1", "u1", "d1", now).toSeconds();
    }

    @Test
    void delaysOneTwoFourEightAndThenTenSecondsAfterTheThirdReplacement() {
        for (int i = 0; i < 3; i++) {
            assertThat(delaySeconds()).isZero();
            replaced();
            pass(1);
        }
        for (long expected : new long[] {1, 2, 4, 8, 10, 10}) {
            assertThat(delaySeconds()).isEqualTo(expected);
            pass(expected);
            replaced();
        }
    }

    @Test
    void toleratesThreeReplacementsInMoreThanTenSeconds() {
        for (int i = 0; i < 10; i++) {
            replaced();
            assertThat(delaySeconds()).isZero();
            pass(6);
        }
    }

    @Test
    void isForgivenAfterACalmTime() {
        for (int i = 0; i < 4; i++) {
            replaced();
        }
        assertThat(delaySeconds()).isEqualTo(2);
        pass(21);
        assertThat(delaySeconds()).isZero();
        replaced();
        assertThat(delaySeconds()).isZero();
    }

    @Test
    void delaysOnlyTheDeviceThatFlaps() {
        for (int i = 0; i < 5; i++) {
            replaced();
        }
        assertThat(reconnectBackoff.delay("t1", "u1", "d2", now)).isEqualTo(Duration.ZERO);
        assertThat(reconnectBackoff.delay("t1", "u2", "d1", now)).isEqualTo(Duration.ZERO);
        assertThat(reconnectBackoff.delay("t2", "u1", "d1", now)).isEqualTo(Duration.ZERO);
    }
}
