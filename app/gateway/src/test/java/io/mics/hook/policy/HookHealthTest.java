package io.mics.hook.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.CircuitBreaker;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HookHealthTest {
    private static final HookResponse<Acknowledged> OK = new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
    private static final HookResponse.Failed<Acknowledged> FAILED =
            new HookResponse.Failed<>(HookResponse.Kind.ERROR, "500 from h");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final HookHealth health = new HookHealth(new CircuitBreaker()::state, () -> now);

    private void called(HookResponse<Acknowledged> response, int times) {
        for (int i = 0; i < times; i++) {
            health.called(response, 1);
        }
    }

    @Test
    void saysSinceWhenItIsAsItIsAndWhenItLastSucceededAndFailed() {
        assertThat(health.state()).isEqualTo(HookState.PROBING);
        assertThat(health.lastSuccess()).isEmpty();
        assertThat(health.lastFailure()).isEmpty();
        called(OK, 1);
        Instant healthy = health.since();
        assertThat(health.lastSuccess()).contains(healthy);
        called(OK, 3);
        assertThat(health.since()).as("nothing changed").isEqualTo(healthy);
        called(FAILED, 1);
        assertThat(health.state()).isEqualTo(HookState.DEGRADED);
        assertThat(health.lastFailure()).contains(health.since());
        health.suspend("an operator said so");
        assertThat(health.state()).isEqualTo(HookState.SUSPENDED);
        assertThat(health.since()).isAfterOrEqualTo(health.lastFailure().orElseThrow());
    }

    @Test
    void aCauseGoesWithTheFailureThatHadIt() {
        called(FAILED, 1);
        assertThat(health.cause()).isEqualTo("500 from h");
        called(OK, 8);
        assertThat(health.state()).as("one of nine failed").isEqualTo(HookState.DEGRADED);
        assertThat(health.cause()).isEqualTo("500 from h");
        called(OK, 1);
        assertThat(health.state()).isEqualTo(HookState.HEALTHY);
        assertThat(health.cause()).isEmpty();
        assertThat(health.lastFailure())
                .as("that it failed once is not forgotten")
                .isPresent();
    }

    @Test
    void aFailureOlderThanAMinuteDegradesNothingThatAnsweredSince() {
        called(FAILED, 3);
        now = now.plusSeconds(30);
        called(OK, 1);
        assertThat(health.state()).as("three of four failed").isEqualTo(HookState.DEGRADED);
        Instant failed = health.lastFailure().orElseThrow();
        now = now.plusSeconds(31);
        assertThat(health.cause()).isEmpty();
        assertThat(health.state()).isEqualTo(HookState.HEALTHY);
        assertThat(health.since()).isEqualTo(now);
        assertThat(health.lastFailure()).contains(failed);
        called(FAILED, 1);
        assertThat(health.state()).isEqualTo(HookState.DEGRADED);
        assertThat(health.cause()).isEqualTo("500 from h");
    }

    @Test
    void aHookWhoseLastCallFailedIsDegradedHoweverLongThatIsAgo() {
        called(OK, 19);
        called(FAILED, 1);
        now = now.plusSeconds(3_600);
        assertThat(health.state()).isEqualTo(HookState.DEGRADED);
        assertThat(health.cause()).isEqualTo("500 from h");
        called(OK, 1);
        assertThat(health.state()).isEqualTo(HookState.HEALTHY);
    }

    @Test
    void aHookThatFailsNowAndThenStaysDegraded() {
        for (int i = 0; i < 10; i++) {
            called(FAILED, 1);
            called(OK, 4);
            now = now.plusSeconds(5);
            assertThat(health.state()).isEqualTo(HookState.DEGRADED);
        }
    }

    @Test
    void aCallThatTheOpenCircuitRefusedKeepsTheCauseThatOpenedIt() {
        called(FAILED, 1);
        health.refused(new HookResponse.Failed<Acknowledged>(HookResponse.Kind.CIRCUIT_OPEN, "circuit open"));
        assertThat(health.cause()).isEqualTo("500 from h");
    }

    @Test
    void whatFailedBeforeTheBreakerOpenedIsOverOnceItHasClosedAgain() {
        CircuitBreaker breaker = new CircuitBreaker();
        HookHealth tripping = new HookHealth(breaker::state);
        CircuitBreaker.Rules rules = HookPolicy.DEFAULTS.breaker();
        long start = System.nanoTime();
        for (int i = 0; i < rules.window(); i++) {
            breaker.leave(breaker.enter(rules, start), false, 1, rules, start);
            tripping.called(FAILED, 1);
        }
        assertThat(tripping.state()).isEqualTo(HookState.OPEN);
        assertThat(tripping.cause()).isEqualTo("500 from h");

        long later = start + rules.openNanos() + 1;
        breaker.leave(breaker.enter(rules, later), true, 1, rules, later);
        tripping.called(OK, 1);
        assertThat(tripping.state()).isEqualTo(HookState.HEALTHY);
        assertThat(tripping.cause()).isEmpty();
        assertThat(tripping.outcomes()).as("what failed is still shown").hasSizeGreaterThan(1);
        assertThat(tripping.lastFailure()).isPresent();

        for (int i = 0; i < 20; i++) {
            tripping.called(OK, 1);
            assertThat(tripping.state()).isEqualTo(HookState.HEALTHY);
        }
        tripping.called(FAILED, 1);
        assertThat(tripping.state()).isEqualTo(HookState.DEGRADED);
        for (int i = 0; i < 20; i++) {
            tripping.called(OK, 1);
        }
        assertThat(tripping.state()).isEqualTo(HookState.HEALTHY);
    }
}
