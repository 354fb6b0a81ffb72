package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long SECOND = 1_000_000_000L;

    private static int taken(TokenBucket bucket, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += bucket.tryTake(now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBucketGivesOneSecondsWorthAtOnceAndRefillsEvenly() {
        for (long start : new long[] {0, -5 * SECOND, Long.MAX_VALUE - SECOND}) {
            TokenBucket bucket = new TokenBucket(7, start);
            assertThat(taken(bucket, start, 100)).isEqualTo(7);
            assertThat(taken(bucket, start + SECOND / 7, 100)).isEqualTo(1);
            assertThat(taken(bucket, start + 20 * SECOND, 100)).isEqualTo(7);
        }
    }

    @Test
    void zeroIsUnlimitedAndARateCanChange() {
        TokenBucket bucket = new TokenBucket(0, 0);
        assertThat(taken(bucket, 0, 1_000)).isEqualTo(1_000);
        bucket.rate(2);
        assertThat(taken(bucket, 0, 1_000)).isEqualTo(2);
        bucket.rate(10);
        assertThat(taken(bucket, SECOND, 1_000)).isEqualTo(10);
    }

    @Test
    void aShrunkSemaphoreLetsHoldersFinishAndAdmitsNobodyNew() {
        ResizableSemaphore sends = new ResizableSemaphore(2);
        assertThat(sends.tryAcquire(2)).isTrue();
        sends.resize(1);
        assertThat(sends.inUse()).isEqualTo(2);
        sends.release();
        assertThat(sends.tryAcquire()).isFalse();
        sends.release();
        assertThat(sends.tryAcquire()).isTrue();
        assertThat(sends.inUse()).isEqualTo(1);
    }

    @Test
    void zeroPermitsIsUnlimitedAndCanBeBoundedAgain() {
        ResizableSemaphore sends = new ResizableSemaphore(1);
        sends.resize(0);
        assertThat(sends.tryAcquire(1_000)).isTrue();
        sends.resize(1_001);
        assertThat(sends.inUse()).isEqualTo(1_000);
        assertThat(sends.tryAcquire()).isTrue();
        assertThat(sends.tryAcquire()).isFalse();
    }
}
