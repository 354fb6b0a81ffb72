package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ResizableSemaphoreTest {

    @Test
    void givesOutNoMoreThanItsLimit() {
        ResizableSemaphore semaphore = new ResizableSemaphore(2);
        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.tryAcquire()).isFalse();
        assertThat(semaphore.inUse()).isEqualTo(2);
    }

    @Test
    void growingLetsAWaiterIn() throws Exception {
        ResizableSemaphore semaphore = new ResizableSemaphore(1);
        semaphore.acquire();
        CountDownLatch in = new CountDownLatch(1);
        Thread waiter = Thread.startVirtualThread(() -> {
            semaphore.acquireUninterruptibly();
            in.countDown();
        });
        semaphore.resize(2);
        in.await();
        waiter.join();
        assertThat(semaphore.inUse()).isEqualTo(2);
    }

    @Test
    void shrinkingWaitsForPermitsThatAreOut() {
        ResizableSemaphore semaphore = new ResizableSemaphore(3);
        semaphore.acquireUninterruptibly(3);
        semaphore.resize(1);
        assertThat(semaphore.inUse()).isEqualTo(3);
        semaphore.release(2);
        assertThat(semaphore.tryAcquire()).isFalse();
        semaphore.release();
        assertThat(semaphore.tryAcquire()).isTrue();
        assertThat(semaphore.inUse()).isEqualTo(1);
    }

    @Test
    void zeroIsUnlimitedAndCanBeLimitedAgain() {
        ResizableSemaphore semaphore = new ResizableSemaphore(0);
        semaphore.acquireUninterruptibly(100_000);
        assertThat(semaphore.inUse()).isEqualTo(100_000);
        semaphore.resize(5);
        assertThat(semaphore.tryAcquire()).isFalse();
        semaphore.release(100_000);
        assertThat(semaphore.availablePermits()).isEqualTo(5);
        semaphore.resize(0);
        semaphore.resize(0);
        assertThat(semaphore.inUse()).isZero();
        assertThat(semaphore.tryAcquire(100_000)).isTrue();
    }

    @Test
    void refusesANegativeLimit() {
        assertThatThrownBy(() -> new ResizableSemaphore(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResizableSemaphore(1).resize(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
