package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private static final int BATCH = LinkProtocol.BATCH_BYTES;

    private final WriteQueue<Integer> queue = new WriteQueue<>(size -> size);

    @Test
    void joinsWhatWaitsUpToTheLargestBatch() {
        assertThat(queue.add(BATCH / 2)).isTrue();
        assertThat(queue.add(BATCH / 2)).isFalse();
        assertThat(queue.add(1)).isFalse();
        assertThat(items()).containsExactly(BATCH / 2, BATCH / 2);
        assertThat(items()).containsExactly(1);
        assertThat(queue.take(item -> true)).isEmpty();
        assertThat(queue.add(2)).as("the claim was given back").isTrue();
    }

    @Test
    void aLargerOneGoesAlone() {
        queue.addAll(List.of(1, 3 * BATCH, 2));
        assertThat(items()).containsExactly(1);
        assertThat(items()).containsExactly(3 * BATCH);
        assertThat(items()).containsExactly(2);
    }

    @Test
    void claimsNothingWhilePaused() {
        queue.pause();
        assertThat(queue.add(1)).isFalse();
        assertThat(queue.addHeartbeat()).isFalse();
        assertThat(queue.resume()).isTrue();
        assertThat(queue.resume()).as("claimed already").isFalse();
        assertThat(queue.take(item -> true).orElseThrow().heartbeat()).isTrue();
    }

    @Test
    void leavesOutWhatNobodyWaitsFor() {
        queue.addAll(List.of(1, 2, 3));
        queue.remove(3);
        assertThat(queue.take(item -> item != 1).orElseThrow().items()).containsExactly(2);
        assertThat(queue.bytes()).isZero();
    }

    private List<Integer> items() {
        return queue.take(item -> true).orElseThrow().items();
    }
}
