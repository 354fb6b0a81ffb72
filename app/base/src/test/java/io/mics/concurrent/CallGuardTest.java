package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.concurrent.CallGuard.Admitted;
import io.mics.concurrent.CallGuard.CallAdmission;
import io.mics.concurrent.CallGuard.Policy;
import io.mics.concurrent.CallGuard.Refused;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallGuardTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final long TOOK = 1_000;
    private static final Policy PATIENT = policy(Duration.ofSeconds(20), LONG);
    private static final Policy HASTY = policy(Duration.ZERO, LONG);
    /** Its breaker never waits before it lets a call through to see. */
    private static final Policy PROBING = policy(Duration.ZERO, Duration.ZERO);

    private final CallGuard guard = new CallGuard(1, true, 0);

    private static Policy policy(Duration permitWait, Duration open) {
        return new Policy(Duration.ofMinutes(1), permitWait, CircuitBreaker.Rules.ofFailures(2, open.toNanos()));
    }

    private static Admitted admitted(CallAdmission admission) {
        assertThat(admission).isInstanceOf(Admitted.class);
        return (Admitted) admission;
    }

    private void call(Policy policy, boolean success) throws InterruptedException {
        try (Admitted call = admitted(guard.admit(policy))) {
            call.settle(success, TOOK);
        }
    }

    @Test
    void aSuccessAndAFailureAreSettledAndGiveThePermitBack() throws InterruptedException {
        try (Admitted call = admitted(guard.admit(HASTY))) {
            assertThat(guard.permitsInUse()).isEqualTo(1);
            assertThat(call.settle(true, TOOK)).isFalse();
        }
        assertThat(guard.permitsInUse()).isZero();
        call(HASTY, false);
        try (Admitted call = admitted(guard.admit(HASTY))) {
            assertThat(call.settle(false, TOOK)).as("opens the breaker").isTrue();
        }
        assertThat(guard.state()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(guard.permitsInUse()).isZero();
    }

    @Test
    void aTicketIsSettledOnce() throws InterruptedException {
        Admitted call = admitted(guard.admit(HASTY));
        call.settle(true, TOOK);
        assertThatThrownBy(() -> call.settle(false, TOOK)).isInstanceOf(IllegalStateException.class);
        call.close();
        call.close();
        assertThat(guard.permitsInUse()).isZero();
        try (Admitted next = admitted(guard.admit(HASTY))) {
            assertThat(guard.admit(HASTY)).as("there is one permit, not two").isEqualTo(Refused.NO_PERMIT);
            next.settle(true, TOOK);
        }
    }

    @Test
    void aClosedCallIsNotSettledAnyMore() throws InterruptedException {
        Admitted call = admitted(guard.admit(HASTY));
        call.close();
        assertThatThrownBy(() -> call.settle(false, TOOK)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCallThatIsClosedUnsettledSaysNothingOfTheCallee() throws InterruptedException {
        call(HASTY, false);
        for (int i = 0; i < 10; i++) {
            admitted(guard.admit(HASTY)).close();
        }
        assertThat(guard.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        call(HASTY, false);
        assertThat(guard.state()).as("the failures still follow one another").isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void aProbeThatIsClosedUnsettledMayBeMadeAgainAtOnce() throws InterruptedException {
        call(PROBING, false);
        call(PROBING, false);
        try (Admitted probe = admitted(guard.admit(PROBING))) {
            assertThat(guard.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
            assertThat(probe.tookNanos()).isNotNegative();
        }
        assertThat(guard.state()).isEqualTo(CircuitBreaker.State.OPEN);
        call(PROBING, true);
        assertThat(guard.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aCallOverTheRateIsRefusedBeforeTheBreakerIsLookedAt() throws InterruptedException {
        CallGuard limited = new CallGuard(0, false, 1);
        Policy once = new Policy(LONG, Duration.ZERO, CircuitBreaker.Rules.ofFailures(1, LONG.toNanos()));
        try (Admitted call = admitted(limited.admit(once))) {
            call.settle(false, TOOK);
        }
        assertThat(limited.admit(once)).isEqualTo(Refused.RATE_LIMITED);
        limited.rate(0);
        assertThat(limited.admit(once)).isEqualTo(Refused.CIRCUIT_OPEN);
    }

    @Test
    void anOpenBreakerRefusesBeforeAPermitIsWaitedFor() throws InterruptedException {
        CallGuard wide = new CallGuard(2, true, 0);
        Admitted first = admitted(wide.admit(HASTY));
        for (int i = 0; i < 2; i++) {
            try (Admitted call = admitted(wide.admit(HASTY))) {
                call.settle(false, TOOK);
            }
        }
        wide.resize(1);
        assertThat(wide.isOpen(HASTY)).isTrue();
        assertThat(wide.admit(policy(LONG, LONG))).isEqualTo(Refused.CIRCUIT_OPEN);
        first.close();
        assertThat(wide.permitsInUse()).isZero();
    }

    @Test
    void aBreakerThatOpensWhileAPermitIsWaitedForRefusesAndGivesThePermitBack() throws InterruptedException {
        CallGuard two = new CallGuard(2, true, 0);
        Admitted one = admitted(two.admit(HASTY));
        Admitted other = admitted(two.admit(HASTY));
        AtomicReference<CallAdmission> waited = new AtomicReference<>();
        Thread waiting = waiting(two, waited);
        one.settle(false, TOOK);
        other.settle(false, TOOK);
        one.close();
        waiting.join();
        assertThat(waited.get()).isEqualTo(Refused.CIRCUIT_OPEN);
        other.close();
        assertThat(two.permitsInUse()).isZero();
    }

    @Test
    void whoIsInterruptedWhileWaitingForAPermitHoldsNothing() throws InterruptedException {
        AtomicReference<CallAdmission> waited = new AtomicReference<>();
        try (Admitted holder = admitted(guard.admit(HASTY))) {
            Thread waiting = waiting(guard, waited);
            waiting.interrupt();
            waiting.join();
            assertThat(waited.get()).isNull();
            holder.settle(true, TOOK);
        }
        assertThat(guard.permitsInUse()).isZero();
        call(HASTY, true);
    }

    @Test
    void aCallHasItsWholeTimeFromItsAdmissionOn() throws InterruptedException {
        long before = System.nanoTime();
        try (Admitted call = admitted(guard.admit(HASTY))) {
            assertThat(call.startNanos() - before).isNotNegative();
            assertThat(call.deadline().atNanos() - before)
                    .isGreaterThanOrEqualTo(HASTY.timeout().toNanos());
        }
    }

    /** A thread that waits for a permit, and notes its admission unless it is interrupted. */
    private static Thread waiting(CallGuard guard, AtomicReference<CallAdmission> admission)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                begun.countDown();
                admission.set(guard.admit(PATIENT));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return waiting;
    }
}
