package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final int FAILURES = 5;
    private static final long OPEN = 1_000;

    private final CircuitBreaker breaker = new CircuitBreaker();
    private long now = Long.MAX_VALUE - 500; // nanoTime may wrap

    @Test
    void opensAfterConsecutiveFailures() {
        run(4, false);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        run(1, true);
        run(5, false);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(enter()).isEqualTo(CircuitBreaker.REFUSED);
        assertThat(breaker.refuses(FAILURES, OPEN, now)).isTrue();
    }

    @Test
    void opensWhenMoreThanThirtyPercentOfEnoughCallsFailed() {
        for (int i = 0; i < 6; i++) {
            run(2, true);
            run(1, false);
        }
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED); // 18 calls are too few
        run(1, true);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED); // 19
        run(1, false);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN); // 7 of 20
    }

    @Test
    void letsOneCallProbeAndClosesWhenItSucceeds() {
        run(5, false);
        now += OPEN;
        long probe = enter();
        assertThat(probe).isNotEqualTo(CircuitBreaker.REFUSED);
        assertThat(enter()).isEqualTo(CircuitBreaker.REFUSED);
        breaker.leave(probe, true, FAILURES, now);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void staysOpenForAnotherWhileWhenTheProbeFails() {
        run(5, false);
        now += OPEN;
        breaker.leave(enter(), false, FAILURES, now);
        now += OPEN - 1;
        assertThat(enter()).isEqualTo(CircuitBreaker.REFUSED);
        now += 1;
        assertThat(enter()).isNotEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void anAbandonedProbeMakesRoomForTheNext() {
        run(5, false);
        now += OPEN;
        breaker.abandon(enter());
        assertThat(enter()).isNotEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void ignoresCallsThatBeganBeforeItOpened() {
        long early = enter();
        run(5, false);
        breaker.leave(early, true, FAILURES, now);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void zeroFailuresNeverOpensAndOpensWhatIsShut() {
        run(5, false);
        assertThat(breaker.enter(0, OPEN, now)).isNotEqualTo(CircuitBreaker.REFUSED);
        for (int i = 0; i < 200; i++) {
            breaker.leave(breaker.enter(0, OPEN, now), false, 0, now);
        }
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void anOpenTimeOfZeroDoesNotWait() {
        run(5, false);
        assertThat(breaker.enter(FAILURES, 0, now)).isNotEqualTo(CircuitBreaker.REFUSED);
    }

    private long enter() {
        return breaker.enter(FAILURES, OPEN, now);
    }

    private void run(int times, boolean success) {
        for (int i = 0; i < times; i++) {
            breaker.leave(enter(), success, FAILURES, now);
        }
    }
}
