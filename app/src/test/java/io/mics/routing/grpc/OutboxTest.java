package io.mics.routing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int BATCH = LinkProtocol.BATCH_BYTES;

    private final Outbox<Integer> outbox = new Outbox<>(size -> size);

    @Test
    void joinsWhatWaitsUpToTheLargestBatch() {
        assertThat(outbox.add(BATCH / 2)).isTrue();
        assertThat(outbox.add(BATCH / 2)).isFalse();
        assertThat(outbox.add(1)).isFalse();
        assertThat(items()).containsExactly(BATCH / 2, BATCH / 2);
        assertThat(items()).containsExactly(1);
        assertThat(outbox.take(item -> true)).isEmpty();
        assertThat(outbox.add(2)).as("the claim was given back").isTrue();
    }

    @Test
    void aLargerOneGoesAlone() {
        outbox.addAll(List.of(1, 3 * BATCH, 2));
        assertThat(items()).containsExactly(1);
        assertThat(items()).containsExactly(3 * BATCH);
        assertThat(items()).containsExactly(2);
    }

    @Test
    void claimsNothingWhilePaused() {
        outbox.pause();
        assertThat(outbox.add(1)).isFalse();
        assertThat(outbox.addHeartbeat()).isFalse();
        assertThat(outbox.resume()).isTrue();
        assertThat(outbox.resume()).as("claimed already").isFalse();
        assertThat(outbox.take(item -> true).orElseThrow().heartbeat()).isTrue();
    }

    @Test
    void leavesOutWhatNobodyWaitsFor() {
        outbox.addAll(List.of(1, 2, 3));
        outbox.remove(3);
        assertThat(outbox.take(item -> item != 1).orElseThrow().items()).containsExactly(2);
        assertThat(outbox.bytes()).isZero();
    }

    private List<Integer> items() {
        return outbox.take(item -> true).orElseThrow().items();
    }
}
