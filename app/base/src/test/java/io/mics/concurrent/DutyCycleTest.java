package io.mics.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DutyCycleTest {
    private static final long WORK = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long REST = WORK * DutyCycle.REST_PER_WORK;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - WORK);
    private final AtomicBoolean on = new AtomicBoolean(true);
    private final DutyCycle cycle = new DutyCycle(1, on::get, clock::get);

    @Test
    void aRestIsAMultipleOfTheWork() {
        cycle.worked(WORK);
        assertThat(cycle.isDue()).isTrue();
        assertThat(cycle.left()).isEqualTo(REST);
    }

    @Test
    void manyWorkersOweAsMuchTogetherAsOne() {
        DutyCycle two = new DutyCycle(2, on::get, clock::get);
        two.worked(2 * WORK);
        assertThat(two.left()).isEqualTo(REST);
    }

    @Test
    void noRestIsDueBeforeItIsWorthwhile() {
        cycle.worked(DutyCycle.SHORTEST_REST_NANOS / DutyCycle.REST_PER_WORK);
        assertThat(cycle.isDue()).isFalse();
        cycle.worked(1);
        assertThat(cycle.isDue()).isTrue();
    }

    @Test
    void timeThatPassesIsRest() {
        cycle.worked(WORK);
        clock.addAndGet(REST);
        assertThat(cycle.isDue()).isFalse();
        assertThat(cycle.left()).isZero();
        clock.addAndGet(TimeUnit.HOURS.toNanos(1));
        cycle.worked(WORK);
        assertThat(cycle.left()).as("nothing is saved up").isEqualTo(REST);
    }

    @Test
    void aStretchInWhichAThreadDidNotRunCountsOnlyInPart() {
        cycle.worked(TimeUnit.SECONDS.toNanos(1));
        assertThat(cycle.left()).isEqualTo(DutyCycle.LONGEST_STRETCH_NANOS * DutyCycle.REST_PER_WORK);
    }

    @Test
    void workIsCountedWhileItLasts() {
        cycle.began();
        clock.addAndGet(WORK);
        assertThat(cycle.isDue()).isTrue();
        assertThat(cycle.left()).isEqualTo(REST);
        cycle.ended();
        assertThat(cycle.left()).isEqualTo(REST);
        clock.addAndGet(REST);
        assertThat(cycle.isDue()).as("nobody worked since").isFalse();
    }

    @Test
    void threadsThatWorkTogetherCountEach() {
        cycle.began();
        cycle.began();
        clock.addAndGet(WORK / 2);
        cycle.ended();
        assertThat(cycle.left()).isEqualTo(REST);
        cycle.ended();
    }

    @Test
    void anEndWithoutABeginningTakesNothingFromThoseToCome() {
        cycle.ended();
        cycle.began();
        clock.addAndGet(WORK);
        assertThat(cycle.left()).as("not counted yet").isLessThanOrEqualTo(0);
        assertThat(cycle.isDue()).isTrue();
        cycle.ended();
    }

    @Test
    void nothingIsDueWhileItIsOff() {
        on.set(false);
        cycle.worked(WORK);
        on.set(true);
        assertThat(cycle.isDue()).as("what was worked while it was off").isFalse();
        cycle.worked(WORK);
        on.set(false);
        assertThat(cycle.isDue()).isFalse();
        assertThat(cycle.left()).isZero();
    }
}
