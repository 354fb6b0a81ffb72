package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Timeout(20)
@Isolated("all tests share the list of threads that died")
class CriticalThreadsTest {
    @AfterEach
    void forget() {
        CriticalThreads.forgetLost();
    }

    @Test
    void aThreadWhoseTaskReturnsIsNotMissed() throws InterruptedException {
        CriticalThreads.start("done", () -> {}).join();
        assertThat(CriticalThreads.lost()).isEmpty();
    }

    @Test
    void aThreadThatDiedOfAnErrorIsMissed() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch die = new CountDownLatch(1);
        Thread thread = CriticalThreads.startPlatform("worker-x", () -> {
            running.countDown();
            awaitQuietly(die);
            throw new OutOfMemoryError("planted");
        });
        running.await();
        assertThat(CriticalThreads.lost()).isEmpty();
        die.countDown();
        thread.join();
        assertThat(CriticalThreads.lost()).contains("threads ended: worker-x: java.lang.OutOfMemoryError: planted");
    }

    @Test
    void aThreadThatDiedOfADefectIsMissedToo() throws InterruptedException {
        Thread thread = CriticalThreads.unstarted("worker-y", () -> {
            throw new IllegalStateException("planted");
        });
        thread.start();
        thread.join();
        assertThat(CriticalThreads.lost())
                .contains("threads ended: worker-y: java.lang.IllegalStateException: planted");
    }

    @Test
    void onlyErrorsOfTheMachineAreFatalEverywhere() {
        assertThat(FatalErrors.isFatal(new OutOfMemoryError("heap"))).isTrue();
        assertThat(FatalErrors.isFatal(new InternalError("vm"))).isTrue();
        assertThat(FatalErrors.isFatal(new StackOverflowError())).isFalse();
        assertThat(FatalErrors.isFatal(new AssertionError())).isFalse();
        assertThat(FatalErrors.isFatal(new RuntimeException())).isFalse();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
