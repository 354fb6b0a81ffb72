package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LazyLatchTest {
    private static final long LONG = Duration.ofMinutes(10).toNanos();

    private final LazyLatch latch = new LazyLatch();

    @Test
    void everyoneWhoWaitsIsWokenWhenTheConditionIsTrue() throws InterruptedException {
        AtomicBoolean condition = new AtomicBoolean();
        AtomicInteger checks = new AtomicInteger();
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(Thread.ofVirtual()
                    .start(() -> latch.await(() -> checks.incrementAndGet() < 0 || condition.get(), LONG)));
        }
        while (checks.get() < 6) {
            Thread.onSpinWait();
        }
        condition.set(true);
        latch.signal();
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(checks.get()).isGreaterThanOrEqualTo(9);
    }

    @Test
    void aConditionThatIsTrueIsNotWaitedFor() {
        latch.await(() -> true, LONG);
    }

    @Test
    void whatBecomesTrueBeforeTheLatchIsThereIsNotMissed() {
        AtomicInteger checks = new AtomicInteger();
        latch.await(
                () -> {
                    // true from between the first check and the second on, and signalled to nobody
                    latch.signal();
                    return checks.getAndIncrement() > 0;
                },
                LONG);
        assertThat(checks).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void aSignalWithoutTheConditionWaitsOn() throws InterruptedException {
        AtomicBoolean condition = new AtomicBoolean();
        CountDownLatch checkedAgain = new CountDownLatch(3);
        Thread thread = Thread.ofVirtual()
                .start(() -> latch.await(
                        () -> {
                            checkedAgain.countDown();
                            return condition.get();
                        },
                        LONG));
        while (checkedAgain.getCount() > 0) {
            latch.signal();
            Thread.onSpinWait();
        }
        assertThat(thread.isAlive()).isTrue();
        condition.set(true);
        latch.signal();
        thread.join();
    }

    @Test
    void waitsNoLongerThanTheTimeout() {
        latch.await(() -> false, 1);
    }

    @Test
    void anInterruptEndsTheWaitAndStays() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = Thread.ofVirtual().start(() -> {
            latch.await(() -> false, LONG);
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.interrupt();
        thread.join();
        assertThat(interrupted).isTrue();
    }
}
