package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final Turns turns = new Turns(1);

    /** Starts a thread that enters and works off its slices, and waits until it waits for its first turn. */
    private Thread waiting(String owner, String name, int slices) throws InterruptedException {
        int before = turns.waiting();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                turns.enter(owner);
                for (int slice = 1; slice <= slices; slice++) {
                    order.add(name + slice);
                    if (slice < slices) {
                        turns.next(owner);
                    }
                }
                turns.leave();
            } catch (InterruptedException e) {
                order.add(name + " interrupted");
            }
        });
        while (turns.waiting() == before) {
            Thread.sleep(1);
        }
        return thread;
    }

    @Test
    void ownersComeInTurnHoweverManyOneOfThemHasWaiting() throws Exception {
        turns.enter("holder");
        List<Thread> all =
                List.of(waiting("a", "a", 1), waiting("a", "aa", 1), waiting("a", "aaa", 1), waiting("b", "b", 1));
        turns.leave();
        for (Thread each : all) {
            each.join();
        }
        assertThat(order).containsExactly("a1", "b1", "aa1", "aaa1");
        assertThat(turns.busy()).isZero();
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void aLongTaskLetsAnotherOwnerPassBetweenItsSlices() throws Exception {
        turns.enter("holder");
        Thread huge = waiting("a", "a", 4);
        Thread small = waiting("b", "b", 1);
        turns.leave();
        huge.join();
        small.join();
        assertThat(order).containsExactly("a1", "b1", "a2", "a3", "a4");
    }

    @Test
    void noMoreThanTheWorkersAreAtWorkAtOneTime() throws Exception {
        Turns two = new Turns(2);
        two.enter("a");
        two.enter("a");
        CountDownLatch third = new CountDownLatch(1);
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                two.enter("b");
                third.countDown();
                two.leave();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (two.waiting() == 0) {
            Thread.sleep(1);
        }
        assertThat(two.busy()).isEqualTo(2);
        assertThat(third.getCount()).isEqualTo(1);
        two.leave();
        assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
        waiter.join();
        two.leave();
        assertThat(two.busy()).isZero();
    }

    @Test
    void whoIsInterruptedWhileWaitingHoldsNothingAndNobodyIsForgotten() throws Exception {
        turns.enter("holder");
        Thread first = waiting("a", "a", 1);
        Thread second = waiting("a", "aa", 1);
        first.interrupt();
        first.join();
        assertThat(order).containsExactly("a interrupted");
        assertThat(turns.waiting()).isEqualTo(1);
        turns.leave();
        second.join();
        assertThat(order).containsExactly("a interrupted", "aa1");
        assertThat(turns.busy()).isZero();
    }
}
