package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelinesTest {
    private final InMemoryMessageStore store = new InMemoryMessageStore();
    private final Timelines timelines = new Timelines(store, message -> {}, new FakeLink(), 1000);

    @Test
    void oneThatLacksMessagesDoesNotKeepIdleOnesThatCameLater() {
        timelines.extendTo("lacking", 5);
        for (int i = 0; i < Timelines.MAX_IDLE + 100; i++) {
            timelines.of("idle" + i);
        }
        assertThat(timelines.size()).isEqualTo(Timelines.MAX_IDLE);
        assertThat(timelines.of("lacking").lacks()).isTrue();
    }

    @Test
    void moreThatLackMessagesAreAllRememberedUntilTheyAreIdle() {
        int many = Timelines.MAX_IDLE + 2_500;
        for (int i = 0; i < many; i++) {
            timelines.extendTo("c" + i, 5);
        }
        assertThat(timelines.size()).isEqualTo(many);
        for (int i = 0; i < many; i++) {
            timelines.giveUp("c" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            timelines.of("new" + i);
        }
        assertThat(timelines.size()).isEqualTo(Timelines.MAX_IDLE);
    }
}
