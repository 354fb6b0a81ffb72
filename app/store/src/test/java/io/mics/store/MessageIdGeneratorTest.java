package io.mics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.store.MessageIdGenerator.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MessageIdGeneratorTest {
    private static final long START_MS = 1_800_000_000_000L;

    /** A clock that a test sets; waiting for it lets the time pass. */
    private static final class HandClock implements MessageIdGenerator.Clock {
        long now = START_MS;
        long waited;

        @Override
        public long nowMs() {
            return now;
        }

        @Override
        public void waitMs(long ms) {
            waited += ms;
            now += ms;
        }
    }

    private final HandClock clock = new HandClock();
    private final MessageIdGenerator ids = new MessageIdGenerator(NodePart.fixed(5), clock, 0);

    private static List<Long> taken(Ids ids) {
        return switch (ids) {
            case Ids.Taken taken -> taken.ids();
            case Ids.Refused refused -> throw new AssertionError(refused.cause());
        };
    }

    @Test
    void idsAscendWithinAMillisecondAndHoldTheTimeAndTheNode() {
        List<Long> some = taken(ids.take(3));
        assertThat(some).isSorted().doesNotHaveDuplicates().allMatch(id -> id > 0);
        assertThat((some.getFirst() >> 22)
                        + Instant.parse("2024-01-01T00:00:00Z").toEpochMilli())
                .isEqualTo(START_MS);
        assertThat(some).allMatch(id -> ((id >> 12) & NodePart.MOST) == 5);
    }

    @Test
    void aFullMillisecondIsWaitedOut() {
        List<Long> many = taken(ids.take(5_000));
        assertThat(many).isSorted().doesNotHaveDuplicates();
        assertThat(clock.waited).isEqualTo(1);
    }

    @Test
    void aClockThatWentBackALittleIsWaitedFor() {
        long before = taken(ids.take(1)).getFirst();
        clock.now -= 100;
        long after = taken(ids.take(1)).getFirst();
        assertThat(after).isGreaterThan(before);
        assertThat(clock.waited).isEqualTo(100);
    }

    @Test
    void aClockThatWentBackByMoreMakesNoIdsUntilItHasCaughtUp() {
        long before = taken(ids.take(1)).getFirst();
        clock.now -= 60_000;
        assertThat(ids.take(1)).isInstanceOf(Ids.Refused.class);
        assertThat(clock.waited).isZero();
        clock.now += 59_900;
        assertThat(taken(ids.take(1)).getFirst()).isGreaterThan(before);
    }

    @Test
    void idsOfAnEarlierProcessAreNotRepeated() {
        long newest = taken(ids.take(5_000)).getLast();
        HandClock behind = new HandClock();
        MessageIdGenerator restarted = new MessageIdGenerator(NodePart.fixed(5), behind, newest);
        assertThat(taken(restarted.take(1)).getFirst()).isGreaterThan(newest);
    }

    @Test
    void aNodeWithoutANumberMakesNone() {
        assertThat(new MessageIdGenerator(OptionalInt::empty, clock, 0).take(1)).isInstanceOf(Ids.Refused.class);
        assertThatThrownBy(() -> NodePart.fixed(1_024)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void clocksBeforeTheEpochAndAfterTheLastIdAreRefused() {
        clock.now = 0;
        assertThat(ids.take(1)).isInstanceOf(Ids.Refused.class);
        clock.now = START_MS + (1L << 41);
        assertThat(ids.take(1)).isInstanceOf(Ids.Refused.class);
    }

    @Test
    void threadsNeverGetTheSameId() throws Exception {
        MessageIdGenerator shared = MessageIdGenerator.of(NodePart.fixed(1));
        Set<Long> all = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                parts.add(threads.submit(() -> taken(shared.take(2_000))));
            }
            for (Future<List<Long>> part : parts) {
                all.addAll(part.get());
            }
        }
        assertThat(all).hasSize(16_000);
    }
}
