package io.mics.session.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.Delivery;
import io.mics.session.stored.StoredProgress.Given;
import org.junit.jupiter.api.Test;

class StoredProgressTest {
    private final StoredProgress progress = new StoredProgress();

    private static Delivery.Stored place(long seq) {
        return new Delivery.Stored("single:a:b", seq, seq, Delivery.ToSendingDevice.NOTHING, "d", false);
    }

    @Test
    void whatWasPushedIsNotShownLiveAndBehindALiveOneNothingIsPushed() {
        assertThat(progress.admitsMissed(place(5))).isTrue();
        progress.pushed(place(5));
        assertThat(progress.admitsLive(place(5))).isFalse();
        assertThat(progress.admitsLive(place(8))).isTrue();
        assertThat(progress.admitsMissed(place(7))).isTrue();
        assertThat(progress.admitsMissed(place(8))).isFalse();
        assertThat(progress.admitsMissed(place(9))).isFalse();
        progress.endPushing();
        assertThat(progress.admitsMissed(place(7))).isFalse();
        assertThat(progress.admitsLive(place(4))).as("late").isFalse();
        assertThat(progress.admitsLive(place(6))).isTrue();
    }

    @Test
    void givenNumbersAreTakenOnceAsRanges() {
        for (long seq : new long[] {3, 1, 2, 7, 9, 8}) {
            progress.written(place(seq));
        }
        progress.given("world", 1, 40);
        assertThat(progress.takeGiven())
                .containsExactlyInAnyOrder(
                        new Given("single:a:b", 1, 3), new Given("single:a:b", 7, 9), new Given("world", 1, 40));
        assertThat(progress.takeGiven()).isEmpty();
        progress.written(place(4));
        progress.end();
        progress.written(place(5));
        assertThat(progress.takeGiven()).isEmpty();
    }

    @Test
    void ofTooManyRangesTheHighestAreGivenOnceMore() {
        for (long seq = 100; seq > 0; seq -= 2) {
            progress.written(place(seq));
        }
        assertThat(progress.takeGiven()).hasSize(16).first().isEqualTo(new Given("single:a:b", 2, 2));
    }

    @Test
    void conversationsBeyondTheMostMakeNothingBePushedOutOfOrder() {
        for (int i = 0; i < 4_096; i++) {
            progress.admitsLive(new Delivery.Stored("c" + i, 1, 1, Delivery.ToSendingDevice.NOTHING, "d", false));
        }
        assertThat(progress.admitsLive(place(8))).isTrue();
        assertThat(progress.isPushing()).isFalse();
        assertThat(progress.admitsMissed(place(7))).isFalse();
    }
}
