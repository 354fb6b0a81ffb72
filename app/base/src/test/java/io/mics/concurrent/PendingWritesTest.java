package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PendingWritesTest {
    private static final int MANY = 1_000;

    @Test
    void manyWritersAreAllStartedInTurns() throws Exception {
        FairScheduler scheduler = new FairScheduler(1);
        for (PendingWrites writes :
                new PendingWrites[] {new PendingWrites(scheduler, "A", () -> {}), new PendingWrites()}) {
            CountDownLatch started = new CountDownLatch(MANY);
            for (int i = 0; i < MANY; i++) {
                writes.add(started::countDown);
            }
            writes.start();
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        }
        Await.until("no turn is left taken", () -> scheduler.busy() == 0);
    }

    @Test
    void oneTenantsManyWritersLetAnothersPass() throws Exception {
        FairScheduler scheduler = new FairScheduler(1);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(MANY);
        PendingWrites own = new PendingWrites(scheduler, "A", () -> {});
        CountDownLatch othersWait = new CountDownLatch(1);
        for (int i = 0; i < MANY; i++) {
            own.add(() -> {
                if (rest.getCount() == MANY) {
                    first.countDown();
                    await(othersWait);
                }
                rest.countDown();
            });
        }
        own.start();
        first.await();
        PendingWrites other = new PendingWrites(scheduler, "B", () -> {});
        CountDownLatch passed = new CountDownLatch(17);
        long[] left = new long[1];
        for (int i = 0; i < 17; i++) {
            other.add(() -> {
                left[0] = rest.getCount();
                passed.countDown();
            });
        }
        other.start();
        Await.until("the other waits", () -> scheduler.waiting() > 0);
        othersWait.countDown();
        assertThat(passed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(left[0]).as("left of the many when the others were through").isGreaterThan(MANY / 2);
        assertThat(rest.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
