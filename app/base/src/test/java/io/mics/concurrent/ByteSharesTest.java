package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ByteSharesTest {
    private static final Deadline NOW = Deadline.after(Duration.ZERO);
    private static final Deadline LATE = Deadline.after(Duration.ofSeconds(50));

    private final ByteShares shares = new ByteShares(() -> new ByteShares.Bounds(100, 60));

    @Test
    void refusesWhatIsOverTheOwnersShareAndLeavesRoomForOthers() throws Exception {
        try (ByteShares.Lease a = shares.lease("a");
                ByteShares.Lease more = shares.lease("a");
                ByteShares.Lease b = shares.lease("b")) {
            assertThat(a.resize(60, NOW)).isTrue();
            assertThat(more.resize(1, NOW)).isFalse();
            assertThat(b.resize(40, NOW)).isTrue();
            assertThat(b.resize(41, NOW)).isFalse();
            assertThat(b.bytes()).isEqualTo(40);
        }
        assertThat(shares.held()).isZero();
    }

    @Test
    void whatNeverFitsIsNotWaitedFor() throws Exception {
        try (ByteShares.Lease a = shares.lease("a")) {
            assertThat(a.resize(61, LATE)).isFalse();
        }
    }

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        ByteShares.Lease held = shares.lease("a");
        assertThat(held.resize(60, NOW)).isTrue();
        CountDownLatch about = new CountDownLatch(1);
        AtomicBoolean got = new AtomicBoolean();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try (ByteShares.Lease lease = shares.lease("a")) {
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
        assertThat(shares.held()).isZero();
    }

    @Test
    void whatIsTakenAtOnceIsRefusedAtTheEdge() {
        ByteShares half = ByteShares.halfEach(100);
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
        ByteShares half = ByteShares.halfEach(100);
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
        try (ByteShares.Lease other = shares.lease("b")) {
            assertThat(other.resize(10, NOW)).isTrue();
            ByteShares.Lease lease = shares.lease("a");
            assertThat(lease.resize(10, NOW)).isTrue();
            lease.close();
            lease.close();
            assertThat(shares.held()).isEqualTo(10);
        }
    }
}
