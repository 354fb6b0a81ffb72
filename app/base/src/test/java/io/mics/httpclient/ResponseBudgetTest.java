package io.mics.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.ResponseBudget.NoRoomException;
import io.mics.httpclient.ResponseBudget.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResponseBudgetTest {
    private static final int MIB = 1 << 20;

    private final ResponseBudget budget = new ResponseBudget(16 * MIB);

    @Test
    void oneTenantHasHalfAndAnotherTheOtherHalf() throws Exception {
        Reservation first = reserve("a", 6 * MIB);
        assertThatThrownBy(() -> reserve("a", MIB)).isInstanceOf(NoRoomException.class);
        Reservation second = reserve("b", 6 * MIB);
        assertThat(budget.used()).isEqualTo(12 * MIB);
        assertThatThrownBy(() -> reserve("c", MIB)).isInstanceOf(NoRoomException.class);
        first.close();
        reserve("c", MIB).close();
        second.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void largeAnswersLeaveRoomForSmallOnes() throws Exception {
        List<Reservation> all = new ArrayList<>(List.of(reserve("a", 6 * MIB), reserve("b", 6 * MIB)));
        for (int i = 0; i < 16; i++) {
            all.add(reserve("a", ResponseBudget.SMALL));
        }
        all.forEach(Reservation::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aRefusedReservationHoldsNothing() throws Exception {
        Reservation first = reserve("a", 6 * MIB);
        Reservation second = reserve("b", 6 * MIB);
        assertThatThrownBy(() -> reserve("c", 6 * MIB)).isInstanceOf(NoRoomException.class);
        first.close();
        second.close();
        reserve("c", 6 * MIB).close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        Reservation first = reserve("a", 6 * MIB);
        AtomicBoolean got = new AtomicBoolean();
        Thread waiting = Thread.startVirtualThread(() -> {
            try (Reservation later = budget.reserve("a", MIB, Deadline.after(Duration.ofSeconds(50)))) {
                got.set(later != null);
            } catch (InterruptedException | NoRoomException e) {
                got.set(false);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        first.close();
        waiting.join();
        assertThat(got).isTrue();
    }

    @Test
    void aTenantThatIsForgottenGivesBackWhatItHolds() throws Exception {
        Reservation held = reserve("a", 6 * MIB);
        budget.forget("a");
        held.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void anAnswerLargerThanATenantsPartCannotBeReservedFor() {
        assertThat(budget.largest("a")).isEqualTo(6 * MIB);
        assertThat(new ResponseBudget(0).largest("a")).isGreaterThan(1 << 29);
    }

    private Reservation reserve(String tenant, int bytes) throws Exception {
        return budget.reserve(tenant, bytes, Deadline.after(Duration.ZERO));
    }
}
