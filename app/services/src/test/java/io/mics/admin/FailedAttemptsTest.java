package io.mics.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    private static final long A = 10;

    /** Near its end, where it turns over. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5 * FailedAttempts.INTERVAL);

    private final FailedAttempts failed = new FailedAttempts(clock::get);

    private void fail(long address, int times) {
        for (int i = 0; i < times; i++) {
            failed.add(address);
        }
    }

    @Test
    void tenAreLookedAtAndThenOneEverySixSeconds() {
        fail(A, FailedAttempts.BURST - 1);
        assertThat(failed.areTooMany(A)).isFalse();
        fail(A, 1);
        assertThat(failed.areTooMany(A)).isTrue();
        assertThat(failed.areTooMany(A + 1)).as("others are not held to it").isFalse();
        clock.addAndGet(FailedAttempts.INTERVAL);
        assertThat(failed.areTooMany(A)).isFalse();
        fail(A, 1);
        assertThat(failed.areTooMany(A)).isTrue();
        clock.addAndGet(100 * FailedAttempts.INTERVAL);
        fail(A, FailedAttempts.BURST - 1);
        assertThat(failed.areTooMany(A)).as("all is forgiven").isFalse();
    }

    @Test
    void manyAddressesAreForgottenOldestFirst() {
        fail(A, FailedAttempts.BURST);
        for (int i = 0; i < 2_000; i++) {
            fail(A + 1 + i, FailedAttempts.BURST);
        }
        assertThat(failed.areTooMany(A)).isFalse();
        assertThat(failed.areTooMany(A + 2_000)).isTrue();
    }
}
