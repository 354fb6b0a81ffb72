package io.mics.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a clock that only the tests move. */
class TimingWheelTest {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long START = Long.MAX_VALUE - TimeUnit.HOURS.toNanos(1);

    private final AtomicLong clock = new AtomicLong(START);
    private final TimingWheel wheel = TimingWheel.byHand(Duration.ofMillis(100), clock::get);

    private void advanceTo(long sinceStart) {
        clock.set(START + sinceStart);
        wheel.advance();
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    @Test
    void runsAfterTheDelayHoweverManyTurnsAwayItIs() {
        List<Long> runs = new ArrayList<>();
        TimerTask once = now -> {
            runs.add(now - START);
            return TimerTask.NEVER;
        };
        for (double delay : new double[] {0, 0.05, 51.1, 51.2, 51.3, 60, 600, 7_200}) {
            runs.clear();
            long from = clock.get() - START;
            wheel.schedule(once, seconds(delay));
            advanceTo(from + Math.max(0, seconds(delay) - TICK));
            advanceTo(from + seconds(delay) - 1);
            assertThat(runs).as("early for %s s", delay).isEmpty();
            advanceTo(from + seconds(delay) + TICK);
            assertThat(runs).as("for %s s", delay).hasSize(1);
        }
        assertThat(wheel.size()).isZero();
    }

    @Test
    void runsNeverEarlyAndAtMostOneTickLateAtAnyMoment() {
        Random random = new Random(1);
        List<Long> late = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            long due = now + Math.abs(random.nextLong() % seconds(200));
            wheel.schedule(
                    at -> {
                        late.add(at - START - due);
                        return TimerTask.NEVER;
                    },
                    due - now);
            now += random.nextInt((int) TICK / 4);
            advanceTo(now);
        }
        for (int i = 0; i < 8_200; i++) {
            now += TICK / 4;
            advanceTo(now);
        }
        assertThat(late).hasSize(2_000).allMatch(nanos -> nanos >= 0 && nanos <= TICK + TICK / 4);
    }

    @Test
    void timersOfOneSlotComeInTheirOwnTurns() {
        List<String> looked = new ArrayList<>();
        long turn = TimingWheel.SLOTS * TICK;
        List<TimingWheel.Timer> timers = new ArrayList<>();
        for (int turns = 3; turns >= 0; turns--) {
            String name = "after " + turns;
            timers.add(wheel.schedule(
                    now -> {
                        looked.add(name);
                        return TimerTask.NEVER;
                    },
                    TICK + turns * turn));
        }
        timers.get(1).cancel();
        advanceTo(TICK);
        assertThat(looked).containsExactly("after 0");
        assertThat(wheel.size()).as("two of later turns").isEqualTo(2);
        advanceTo(turn);
        assertThat(looked).containsExactly("after 0");
        advanceTo(TICK + turn);
        assertThat(looked).containsExactly("after 0", "after 1");
        advanceTo(2 * turn + 2 * TICK);
        assertThat(looked).as("the third was called off").containsExactly("after 0", "after 1");
        advanceTo(TICK + 3 * turn);
        assertThat(looked).containsExactly("after 0", "after 1", "after 3");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void runsAgainAsOftenAsItIsAskedTo() {
        List<Long> runs = new ArrayList<>();
        wheel.schedule(
                now -> {
                    runs.add(now - START);
                    return runs.size() == 3 ? TimerTask.NEVER : seconds(100);
                },
                seconds(100));
        for (int second = 0; second <= 400; second++) {
            advanceTo(seconds(second));
        }
        assertThat(runs).containsExactly(seconds(100), seconds(200), seconds(300));
    }

    @Test
    void isNotEarlyAfterItFellBehind() {
        List<Long> runs = new ArrayList<>();
        clock.addAndGet(seconds(40));
        wheel.schedule(
                now -> {
                    runs.add(now - START);
                    return TimerTask.NEVER;
                },
                seconds(60));
        wheel.advance();
        advanceTo(seconds(99.9));
        assertThat(runs).isEmpty();
        advanceTo(seconds(100));
        assertThat(runs).hasSize(1);
    }

    @Test
    void letsGoOfWhatIsCancelledAtOnce() {
        Object held = new Object();
        WeakReference<Object> seen = new WeakReference<>(held);
        TimingWheel.Timer timer = wheel.schedule(taskHolding(held), seconds(600));
        held = null;
        System.gc();
        assertThat(seen.get()).isNotNull();

        timer.cancel();
        for (int i = 0; i < 50 && seen.get() != null; i++) {
            System.gc();
        }
        assertThat(seen.get()).isNull();
        advanceTo(seconds(52));
        assertThat(wheel.size()).isZero();
    }

    private static TimerTask taskHolding(Object held) {
        return now -> held.hashCode() == 0 ? 1 : 2;
    }

    @Test
    void aLookThatCancelsItselfIsTheLast() {
        List<TimingWheel.Timer> timer = new ArrayList<>();
        List<Long> runs = new ArrayList<>();
        timer.add(wheel.schedule(
                now -> {
                    runs.add(now);
                    timer.getFirst().cancel();
                    return TICK;
                },
                TICK));
        advanceTo(seconds(60));
        assertThat(runs).hasSize(1);
    }

    @Test
    void goesOnAfterALookThatFailed() {
        List<Long> runs = new ArrayList<>();
        wheel.schedule(
                now -> {
                    runs.add(now);
                    if (runs.size() == 1) {
                        throw new IllegalStateException("planted");
                    }
                    return TimerTask.NEVER;
                },
                TICK);
        for (int i = 1; i < 50; i++) {
            advanceTo(i * TICK);
        }
        assertThat(runs).hasSize(2);
    }

    @Test
    @Timeout(60)
    void losesNothingThatIsScheduledWhileItTurns() throws InterruptedException {
        int each = 20_000;
        CountDownLatch runs = new CountDownLatch(2 * each);
        try (TimingWheel turning = TimingWheel.start(Duration.ofNanos(20_000))) {
            Runnable schedule = () -> {
                for (int i = 0; i < each; i++) {
                    turning.schedule(
                            now -> {
                                runs.countDown();
                                return TimerTask.NEVER;
                            },
                            i % 3);
                }
            };
            Thread other = Thread.ofPlatform().start(schedule);
            schedule.run();
            other.join();
            assertThat(runs.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(turning.size()).isZero();
        }
    }
}
