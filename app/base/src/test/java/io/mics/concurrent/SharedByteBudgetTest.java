package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedByteBudgetTest {
    private static final Deadline NOW = Deadline.after(Duration.ZERO);
    private static final Deadline LATE = Deadline.after(Duration.ofSeconds(50));

    private final SharedByteBudget budget = new SharedByteBudget(() -> new SharedByteBudget.Bounds(100, 60));

    @Test
    void refusesWhatIsOverTheOwnersShareAndLeavesRoomForOthers() throws Exception {
        try (SharedByteBudget.Lease a = budget.lease("a");
                SharedByteBudget.Lease more = budget.lease("a");
                SharedByteBudget.Lease b = budget.lease("b")) {
            assertThat(a.resize(60, NOW)).isTrue();
            assertThat(more.resize(1, NOW)).isFalse();
            assertThat(b.resize(40, NOW)).isTrue();
            assertThat(b.resize(41, NOW)).isFalse();
            assertThat(b.bytes()).isEqualTo(40);
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void whatNeverFitsIsNotWaitedFor() throws Exception {
        try (SharedByteBudget.Lease a = budget.lease("a")) {
            assertThat(a.resize(61, LATE)).isFalse();
        }
    }

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        SharedByteBudget.Lease held = budget.lease("a");
        assertThat(held.resize(60, NOW)).isTrue();
        CountDownLatch about = new CountDownLatch(1);
        AtomicBoolean got = new AtomicBoolean();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try (SharedByteBudget.Lease lease = budget.lease("a")) {
                about.countDown();
                got.set(lease.resize(10, LATE));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        about.await();
        Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
        held.close();
        waiter.join();
        assertThat(got).isTrue();
        assertThat(budget.held()).isZero();
    }

    @Test
    void whatIsTakenAtOnceIsRefusedAtTheEdge() {
        SharedByteBudget half = SharedByteBudget.halfEach(100);
        assertThat(half.tryTake("a", 20)).isTrue();
        assertThat(half.tryTake("a", 31)).isFalse();
        assertThat(half.tryTake("a", 30)).isTrue();
        assertThat(half.tryTake("a", 1)).isFalse();
        assertThat(half.tryTake("b", 51)).as("more than is left").isFalse();
        assertThat(half.tryTake("b", 50)).isTrue();
        assertThat(half.tryTake("c", 1)).isFalse();
        assertThat(half.held()).isEqualTo(100);
        half.release("a", 50);
        half.release("b", 50);
        assertThat(half.held()).isZero();
    }

    @Test
    void aSingleLargeOneHasItsTime() {
        SharedByteBudget half = SharedByteBudget.halfEach(100);
        assertThat(half.tryTake("a", 10)).isTrue();
        assertThat(half.tryTake("b", 90))
                .as("more than its share, and its first")
                .isTrue();
        half.release("a", 10);
        assertThat(half.tryTake("a", 101)).isFalse();
        half.release("b", 90);
        assertThat(half.tryTake("a", 101)).as("more than all, and alone").isTrue();
        assertThat(half.tryTake("b", 1)).isFalse();
    }

    @Test
    void givingBackTwiceGivesBackOnce() throws Exception {
        try (SharedByteBudget.Lease other = budget.lease("b")) {
            assertThat(other.resize(10, NOW)).isTrue();
            SharedByteBudget.Lease lease = budget.lease("a");
            assertThat(lease.resize(10, NOW)).isTrue();
            lease.close();
            lease.close();
            assertThat(budget.held()).isEqualTo(10);
        }
    }
}
