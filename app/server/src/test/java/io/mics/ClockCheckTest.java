package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.ClockCheck.Comparison;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockCheckTest {
    private static Comparison comparison(long from, long until, long before, long after) {
        return new Comparison(
                Instant.ofEpochMilli(from),
                Instant.ofEpochMilli(until),
                Instant.ofEpochMilli(before),
                Instant.ofEpochMilli(after));
    }

    @Test
    void whatTheCallTookIsNoDifference() {
        Comparison slow = comparison(5_000, 5_000, 1_000, 9_000);
        assertThat(slow.least()).isZero();
        assertThat(slow.most()).isEqualTo(4_000);
    }

    @Test
    void whatADateDoesNotSayIsNoDifference() {
        Comparison date = comparison(5_000, 6_000, 5_990, 5_995);
        assertThat(date.least()).isZero();
        assertThat(date.most()).isEqualTo(995);
    }

    @Test
    void aClockThatIsAheadOrBehindIsFoundByHowMuchItIsForCertain() {
        assertThat(comparison(9_000, 9_000, 5_000, 5_010).least()).isEqualTo(3_990);
        assertThat(comparison(1_000, 2_000, 5_000, 5_010).least()).isEqualTo(3_000);
        assertThat(comparison(1_000, 2_000, 5_000, 5_010).most()).isEqualTo(4_010);
    }
}
