package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairSchedulerTest {
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final FairScheduler scheduler = new FairScheduler(1);

    /** Starts a thread that enters and works off its slices, and waits until it waits for its first turn. */
    private Thread waiting(String owner, String name, int slices) throws InterruptedException {
        int before = scheduler.waiting();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                scheduler.enter(owner);
                for (int slice = 1; slice <= slices; slice++) {
                    order.add(name + slice);
                    if (slice < slices) {
                        scheduler.next(owner);
                    }
                }
                scheduler.leave(owner);
            } catch (InterruptedException e) {
                order.add(name + " interrupted");
            }
        });
        Await.until("it waits", () -> scheduler.waiting() > before);
        return thread;
    }

    @Test
    void ownersComeInTurnHoweverManyOneOfThemHasWaiting() throws Exception {
        scheduler.enter("holder");
        List<Thread> all =
                List.of(waiting("a", "a", 1), waiting("a", "aa", 1), waiting("a", "aaa", 1), waiting("b", "b", 1));
        scheduler.leave("holder");
        for (Thread each : all) {
            each.join();
        }
        assertThat(order).containsExactly("a1", "b1", "aa1", "aaa1");
        assertThat(scheduler.busy()).isZero();
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void aLongTaskLetsAnotherOwnerPassBetweenItsSlices() throws Exception {
        scheduler.enter("holder");
        Thread huge = waiting("a", "a", 4);
        Thread small = waiting("b", "b", 1);
        scheduler.leave("holder");
        huge.join();
        small.join();
        assertThat(order).containsExactly("a1", "b1", "a2", "a3", "a4");
    }

    @Test
    void noMoreThanTheWorkersAreAtWorkAtOneTime() throws Exception {
        FairScheduler two = new FairScheduler(2);
        two.enter("a");
        two.enter("a");
        CountDownLatch third = new CountDownLatch(1);
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                two.enter("b");
                third.countDown();
                two.leave("b");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("it waits", () -> two.waiting() > 0);
        assertThat(two.busy()).isEqualTo(2);
        assertThat(third.getCount()).isEqualTo(1);
        two.leave("a");
        assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
        waiter.join();
        two.leave("a");
        assertThat(two.busy()).isZero();
    }

    @Test
    void whoIsInterruptedWhileWaitingHoldsNothingAndNobodyIsForgotten() throws Exception {
        scheduler.enter("holder");
        Thread first = waiting("a", "a", 1);
        Thread second = waiting("a", "aa", 1);
        first.interrupt();
        first.join();
        assertThat(order).containsExactly("a interrupted");
        assertThat(scheduler.waiting()).isEqualTo(1);
        scheduler.leave("holder");
        second.join();
        assertThat(order).containsExactly("a interrupted", "aa1");
        assertThat(scheduler.busy()).isZero();
    }

    @Test
    void anOwnerThatWorkedForAWhileRestsWithoutAWorker() throws Exception {
        AtomicLong clock = new AtomicLong();
        DutyCycle cycle = new DutyCycle(1, () -> true, clock::get);
        FairScheduler paced = new FairScheduler(1, owner -> owner.equals("a") ? cycle : DutyCycle.OFF);
        CountDownLatch goneOn = new CountDownLatch(1);
        paced.enter("a");
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS);
        Thread worker = Thread.ofVirtual().start(() -> {
            try {
                paced.next("a");
                goneOn.countDown();
                paced.leave("a");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("it rests", () -> worker.getState() == Thread.State.TIMED_WAITING);
        assertThat(paced.tryEnter("a")).as("its other work rests too").isFalse();
        assertThat(paced.tryEnter("b")).as("another owner works").isTrue();
        paced.leave("b");
        assertThat(goneOn.getCount()).isEqualTo(1);
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS * DutyCycle.REST_PER_WORK);
        worker.join();
        assertThat(goneOn.getCount()).isZero();
        assertThat(paced.busy()).isZero();
    }
}
