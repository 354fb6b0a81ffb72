package io.mics.hook.policy;

import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;
import io.mics.hook.registry.HookFixture;
import io.mics.tenant.BackendSettings.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HookGateTest {
    private static final HookResponse<String> YES = new HookResponse.Answered<>("yes");
    private static final HookResponse<String> BROKEN = new HookResponse.Failed<>(HookResponse.Kind.ERROR, "500");

    private final HookFixture hooks = new HookFixture();
    private final AtomicInteger calls = new AtomicInteger();

    private static HookDefinition limited(int permits, int perSecond, CircuitBreaker.Rules breaker) {
        return with(
                hook("a", "1.0.0", 1),
                new HookPolicy(Duration.ofSeconds(5), permits, perSecond, OnFailure.ALLOW, breaker));
    }

    private static CircuitBreaker.Rules never() {
        return CircuitBreaker.Rules.ofShares(1, Duration.ZERO, 1, 10, Duration.ofHours(1));
    }

    private HookResponse<String> call(HookGate gate, HookDefinition definition, HookResponse<String> answer)
            throws InterruptedException {
        return gate.call(definition, deadline -> {
            calls.incrementAndGet();
            return answer;
        });
    }

    private static HookResponse.Kind failure(HookResponse<String> response) {
        return ((HookResponse.Failed<String>) response).kind();
    }

    @Test
    void refusesWhatIsOverTheRateAndDoesNotBlameTheHook() throws InterruptedException {
        HookDefinition definition = limited(0, 1, never());
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        assertThat(call(gate, definition, YES)).isEqualTo(YES);
        assertThat(failure(call(gate, definition, YES))).isEqualTo(HookResponse.Kind.RATE_LIMITED);
        assertThat(calls).hasValue(1);
        assertThat(gate.health().outcomes())
                .extracting(HookHealth.Outcome::result)
                .containsExactly("ok", "rate_limited");
    }

    @Test
    void whoFindsNoPermitIsRefusedSoonAndTheHolderIsNotDisturbed() throws InterruptedException {
        HookDefinition definition = limited(1, 0, never());
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread holder = Thread.ofVirtual().start(() -> {
            try {
                gate.call(definition, deadline -> {
                    inside.countDown();
                    leave.await();
                    return YES;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        inside.await();
        assertThat(failure(call(gate, definition, YES))).isEqualTo(HookResponse.Kind.BUSY);
        HookDefinition wider = limited(2, 0, never());
        gate.follow(wider);
        assertThat(call(gate, wider, YES)).isEqualTo(YES);
        leave.countDown();
        holder.join();
        assertThat(gate.permitsInUse()).isZero();
    }

    @Test
    void stopsCallingAHookOfWhichMoreThanThirtyPercentFail() throws InterruptedException {
        HookDefinition definition =
                limited(0, 0, CircuitBreaker.Rules.ofShares(0.3, Duration.ZERO, 1, 10, Duration.ofHours(1)));
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        for (HookResponse<String> answer : List.of(YES, YES, BROKEN)) {
            call(gate, definition, answer);
        }
        assertThat(failure(call(gate, definition, YES))).isEqualTo(HookResponse.Kind.CIRCUIT_OPEN);
        assertThat(gate.health().state()).isEqualTo(HookState.OPEN);
        assertThat(gate.health().cause()).isEqualTo("500");
        assertThat(hooks.rolledBack).as("it is no canary").isEmpty();
    }

    @Test
    void stopsCallingAHookThatIsSlowTooOften() throws InterruptedException {
        HookDefinition definition =
                limited(0, 0, CircuitBreaker.Rules.ofShares(1, Duration.ofNanos(1), 0.5, 10, Duration.ofHours(1)));
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        call(gate, definition, YES);
        call(gate, definition, YES);
        assertThat(failure(call(gate, definition, YES))).isEqualTo(HookResponse.Kind.CIRCUIT_OPEN);
    }

    @Test
    void anInterruptedCallGivesItsPermitBack() {
        HookDefinition definition = limited(1, 0, never());
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        Thread.currentThread().interrupt();
        try {
            gate.call(definition, deadline -> {
                throw new InterruptedException();
            });
        } catch (InterruptedException e) {
            assertThat(gate.permitsInUse()).isZero();
            return;
        }
        throw new AssertionError("the interrupt is lost");
    }

    @Test
    void aCallIsGivenTheTimeOfItsPolicy() throws InterruptedException {
        HookDefinition definition = limited(0, 0, never());
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);
        gate.call(definition, deadline -> {
            left.set(deadline.remaining());
            return YES;
        });
        assertThat(left.get())
                .isBetween(
                        definition.policy().timeout().minusSeconds(2),
                        definition.policy().timeout());
    }

    @Test
    void aCallCutShortByItsCallersDeadlineDoesNotCountAgainstTheHook() throws InterruptedException {
        HookDefinition definition =
                limited(0, 0, CircuitBreaker.Rules.ofShares(0.3, Duration.ZERO, 1, 10, Duration.ofHours(1)));
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        HookResponse<String> late = new HookResponse.Failed<>(HookResponse.Kind.TIMEOUT, "no answer in time");
        for (int i = 0; i < 10; i++) {
            HookResponse<String> response =
                    gate.call(definition, Deadline.after(Duration.ofSeconds(2)), deadline -> late);
            assertThat(response)
                    .isInstanceOfSatisfying(
                            HookResponse.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .matches("no answer in time; it was given \\d+ ms of its \\d+ ms"));
        }
        assertThat(gate.health().state()).isEqualTo(HookState.DEGRADED);
        assertThat(gate.call(definition, Deadline.after(Duration.ofHours(1)), deadline -> late))
                .isEqualTo(late);
        assertThat(call(gate, definition, late)).isEqualTo(late);
        assertThat(gate.health().state()).isEqualTo(HookState.OPEN);
    }

    @Test
    void aCallThatOurOwnLimitsRefusedClosesNoBreaker() throws InterruptedException {
        HookDefinition definition =
                limited(0, 0, CircuitBreaker.Rules.ofShares(0.3, Duration.ZERO, 1, 10, Duration.ZERO));
        HookGate gate = new HookGate(definition, (version, cause) -> hooks.rolledBack("t1", version, cause));
        call(gate, definition, BROKEN);
        call(gate, definition, BROKEN);
        assertThat(gate.health().state()).isEqualTo(HookState.OPEN);
        call(gate, definition, new HookResponse.Failed<>(HookResponse.Kind.BUSY, "no room for its answer"));
        assertThat(gate.health().state()).isEqualTo(HookState.OPEN);
        call(gate, definition, YES);
        assertThat(gate.health().state()).isEqualTo(HookState.HEALTHY);
    }
}
