package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeLoadTest {
    private final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final NodeLoad load = new NodeLoad(1, clock::get);
    private final NodeLoad.Handling first = load.handling("a");
    private final NodeLoad.Handling second = load.handling("a");
    private final AtomicInteger startedWriting = new AtomicInteger();

    @BeforeEach
    void twoTenantsAreAtWorkOnALoadedNode() throws Exception {
        load.running(clock.get() - NodeLoad.LOADED_NANOS);
        NodeLoad.Handling other = load.handling("b");
        first.begin(NodeLoadTest::nothing);
        first.end();
        other.begin(NodeLoadTest::nothing);
        other.end();
        assertThat(load.isLoaded()).isTrue();
    }

    private static void nothing() {}

    /** Begins on a thread of its own and waits until that waits. */
    private Thread waiting(NodeLoad.Handling handling, CountDownLatch begun) throws InterruptedException {
        long before = load.waits();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                handling.begin(startedWriting::incrementAndGet);
                begun.countDown();
                handling.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (load.waits() == before || thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        return thread;
    }

    @Test
    void aTenantsNextConnectionWaitsForItsOthersAndWritesFirst() throws Exception {
        first.begin(NodeLoadTest::nothing);
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter = waiting(second, begun);
        assertThat(begun.getCount()).isEqualTo(1);
        assertThat(startedWriting).hasValue(1);
        first.end();
        waiter.join();
        assertThat(begun.getCount()).isZero();
    }

    @Test
    void anotherTenantDoesNotWait() throws Exception {
        first.begin(NodeLoadTest::nothing);
        Thread waiter = waiting(second, new CountDownLatch(1));
        NodeLoad.Handling other = load.handling("b");
        other.begin(() -> {
            throw new AssertionError("waits");
        });
        other.end();
        first.end();
        waiter.join();
    }

    @Test
    void whoWasHandledForLongPassesTheTurnOnAndGetsItBack() throws Exception {
        first.begin(NodeLoadTest::nothing);
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter = waiting(second, begun);
        first.begin(NodeLoadTest::nothing);
        assertThat(begun.getCount()).as("not before a slice is over").isEqualTo(1);
        clock.addAndGet(NodeLoad.SLICE_NANOS);
        first.begin(NodeLoadTest::nothing);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        first.end();
        waiter.join();
    }

    @Test
    void nobodyWaitsOnANodeThatIsNotLoaded() throws Exception {
        clock.addAndGet(NodeLoad.LASTS_NANOS + 1);
        load.running(clock.get());
        assertThat(load.isLoaded()).isFalse();
        first.begin(NodeLoadTest::nothing);
        second.begin(() -> {
            throw new AssertionError("waits");
        });
    }

    @Test
    void aTenantThatIsAloneIsNotHeldBack() throws Exception {
        first.begin(NodeLoadTest::nothing);
        first.end();
        clock.addAndGet(NodeLoad.TOGETHER_NANOS);
        first.begin(NodeLoadTest::nothing);
        second.begin(() -> {
            throw new AssertionError("waits");
        });
    }

    @Test
    void theFirstTenantOfAllIsAloneFromItsFirstMessageOn() throws Exception {
        NodeLoad fresh = new NodeLoad(1, clock::get);
        fresh.running(clock.get() - NodeLoad.LOADED_NANOS);
        fresh.handling("a").begin(NodeLoadTest::nothing);
        fresh.handling("a").begin(() -> {
            throw new AssertionError("waits");
        });
        assertThat(fresh.waits()).isZero();
    }

    @Test
    void whoIsInterruptedWhileWaitingHoldsNothing() throws Exception {
        first.begin(NodeLoadTest::nothing);
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter = waiting(second, begun);
        waiter.interrupt();
        waiter.join();
        assertThat(begun.getCount()).isEqualTo(1);
        second.end();
        first.end();
        second.begin(() -> {
            throw new AssertionError("waits");
        });
        second.end();
    }
}
