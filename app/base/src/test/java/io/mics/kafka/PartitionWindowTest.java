package io.mics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.kafka.KafkaTasks.Due;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Up to where a partition may be committed while its tasks end in any order. */
class PartitionWindowTest {
    private final PartitionWindow<String> window = new PartitionWindow<>(0);

    private static Due<String> now(String task) {
        return new Due<>(task, 0);
    }

    /** Submits what is due; gives what settles it, in the order of submission. */
    private List<Runnable> submitAll(long nowMs) {
        List<Runnable> settling = new ArrayList<>();
        while (window.due(nowMs) != null) {
            settling.add(Objects.requireNonNull(window.due(nowMs)).settled());
            window.submitted();
        }
        return settling;
    }

    @Test
    void settlesUpToTheFirstUnfinishedRecordWhateverEndsBehindIt() {
        for (long offset = 10; offset < 13; offset++) {
            window.add(offset, 100, List.of(now("t" + offset)));
        }
        List<Runnable> settling = submitAll(0);
        assertThat(window.settledUpTo()).isEqualTo(10);
        settling.get(2).run();
        settling.get(1).run();
        assertThat(window.settledUpTo()).as("the first is not").isEqualTo(10);
        assertThat(window.bytes()).isEqualTo(300);
        settling.get(0).run();
        assertThat(window.settledUpTo()).isEqualTo(13);
        assertThat(window.bytes()).isZero();
        assertThat(window.size()).isZero();
    }

    @Test
    void aRecordIsSettledWhenAllOfItsTasksAre() {
        window.add(0, 1, List.of(now("a"), now("b")));
        window.add(1, 1, List.of());
        List<Runnable> settling = submitAll(0);
        settling.get(0).run();
        assertThat(window.settledUpTo()).isZero();
        settling.get(1).run();
        assertThat(window.settledUpTo()).isEqualTo(2);
    }

    @Test
    void aTaskThatWaitsHoldsTheOffsetButNoneThatIsDue() {
        window.add(0, 1, List.of(new Due<>("later", 1_000)));
        window.add(1, 1, List.of(now("soon")));
        assertThat(Objects.requireNonNull(window.due(500)).task()).isEqualTo("soon");
        submitAll(500).forEach(Runnable::run);
        assertThat(window.due(999)).isNull();
        assertThat(window.untilDue(400, 10_000)).isEqualTo(600);
        assertThat(window.untilDue(400, 200)).as("asked for at most").isEqualTo(200);
        assertThat(window.settledUpTo()).isZero();
        submitAll(1_000).forEach(Runnable::run);
        assertThat(window.settledUpTo()).isEqualTo(2);
    }

    @Test
    void rewindingForgetsWhatIsReadAgainAndNothingBefore() {
        window.add(0, 10, List.of(now("a")));
        List<Runnable> settling = submitAll(0);
        window.add(1, 10, List.of(now("b")));
        window.add(2, 10, List.of(now("c")));
        window.rewind(1);
        assertThat(window.next()).isEqualTo(1);
        assertThat(window.bytes()).isEqualTo(10);
        assertThat(window.due(0)).isNull();
        window.add(1, 10, List.of(now("b")));
        assertThat(submitAll(0)).hasSize(1);
        settling.getFirst().run();
        assertThat(window.settledUpTo()).isEqualTo(1);
    }

    @Test
    void isUncommittedOnlyAfterSomethingWasReadAndSettled() {
        assertThat(window.isUncommitted()).isFalse();
        window.add(5, 1, List.of());
        assertThat(window.isUncommitted()).isTrue();
        window.committed(window.settledUpTo());
        assertThat(window.isUncommitted()).isFalse();
    }
}
