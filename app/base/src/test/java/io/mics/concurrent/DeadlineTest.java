package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void hasNothingLeftOncePassed() {
        Deadline passed = Deadline.after(Duration.ofNanos(-1));
        assertThat(passed.expired()).isTrue();
        assertThat(passed.remaining()).isZero();
        assertThat(passed.remainingNanos()).isZero();
    }

    @Test
    void countsDownWhatIsLeft() {
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        assertThat(deadline.expired()).isFalse();
        assertThat(deadline.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
    }

    @Test
    void anEndlessDurationDoesNotOverflow() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).expired()).isFalse();
    }

    @Test
    void theEarlierOfTwoWins() {
        Deadline near = Deadline.after(Duration.ofSeconds(1));
        Deadline far = Deadline.after(Duration.ofSeconds(2));
        assertThat(near.earlier(far)).isEqualTo(near);
        assertThat(far.earlier(near)).isEqualTo(near);
    }
}
