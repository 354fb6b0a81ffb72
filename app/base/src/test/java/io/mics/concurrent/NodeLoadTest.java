package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeLoadTest {
    private static final Set<Thread.State> PARKED = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final NodeLoad load = new NodeLoad(1, clock::get);
    private final NodeLoad.Handling first = load.handling("a");
    private final NodeLoad.Handling second = load.handling("a");
    private final AtomicInteger startedWriting = new AtomicInteger();

    @BeforeEach
    void twoTenantsAreAtWorkOnALoadedNode() throws Exception {
        everyThreadWaits(load);
        NodeLoad.Handling other = load.handling("b");
        first.begin(NodeLoadTest::nothing);
        first.end();
        other.begin(NodeLoadTest::nothing);
        other.end();
        assertThat(load.isLoaded()).isTrue();
    }

    private static void nothing() {}

    private void everyThreadWaits(NodeLoad node) {
        threads(node, NodeLoad.WINDOW);
    }

    /** As many threads as one window has, {@code waited} of which had to wait for a processor. */
    private void threads(NodeLoad node, int waited) {
        for (int i = 0; i < NodeLoad.WINDOW; i++) {
            node.running(clock.get() - (i < waited ? NodeLoad.LOADED_NANOS : 0));
        }
    }

    /** Begins on a thread of its own and waits until that waits. */
    private Thread waiting(NodeLoad.Handling handling, CountDownLatch begun) {
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
        Await.until("it waits", () -> load.waits() > before && PARKED.contains(thread.getState()));
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
        threads(load, 0);
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
        everyThreadWaits(fresh);
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

    @Test
    void aFewThreadsThatWaitedAreNotALoad() {
        NodeLoad fresh = new NodeLoad(1, clock::get);
        threads(fresh, NodeLoad.WINDOW / NodeLoad.ONE_IN);
        assertThat(fresh.isLoaded()).isFalse();
        threads(fresh, NodeLoad.WINDOW / NodeLoad.ONE_IN + 1);
        assertThat(fresh.isLoaded()).isTrue();
    }

    @Test
    void aNodeNobodyUsesAnyMoreIsNotLoaded() {
        clock.addAndGet(NodeLoad.LASTS_NANOS + 1);
        assertThat(load.isLoaded()).isFalse();
    }

    @Test
    void aTenantThatWorkedForAWhileRestsBeforeItWorksOn() throws Exception {
        first.begin(NodeLoadTest::nothing);
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS);
        first.end();
        CountDownLatch begun = new CountDownLatch(1);
        Thread resting = waiting(second, begun);
        assertThat(begun.getCount()).isEqualTo(1);
        assertThat(startedWriting).as("written before it rests").hasValue(1);
        NodeLoad.Handling other = load.handling("b");
        other.begin(() -> {
            throw new AssertionError("waits");
        });
        other.end();
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS * DutyCycle.REST_PER_WORK);
        resting.join();
        assertThat(begun.getCount()).isZero();
    }

    @Test
    void oneConnectionThatNeverPausesRestsToo() throws Exception {
        first.begin(NodeLoadTest::nothing);
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS);
        Thread resting = waiting(first, new CountDownLatch(1));
        clock.addAndGet(DutyCycle.SHORTEST_REST_NANOS * DutyCycle.REST_PER_WORK);
        resting.join();
    }
}
