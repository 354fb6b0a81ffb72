package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.Delivery;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
    private final RecentIds ids = new RecentIds();

    @Test
    void knowsTheLast512() {
        for (long id = 1; id <= 1_000; id++) {
            assertThat(ids.contains(id)).isFalse();
            ids.add(id);
        }
        assertThat(ids.contains(1_000)).isTrue();
        assertThat(ids.contains(1_000 - 511)).isTrue();
        assertThat(ids.contains(1_000 - 512)).isFalse();
    }

    @Test
    void changesInAConversationAreNotComparedByWhatTheyHaveInCommon() {
        ids.byContent(true);
        MessageRequest whose = MessageRequest.newBuilder()
                .setTenantId("t")
                .setUserId("u")
                .setDeviceId("d")
                .build();
        ids.add(Delivery.change(new ConversationFrame.Typing("group:g", "u"), whose, "trace", 1));

        assertThat(ids.contains(Delivery.change(new ConversationFrame.Read("group:g", "u", 3), whose, "trace", 2)))
                .isFalse();
        assertThat(ids.contains(Delivery.change(new ConversationFrame.Typing("group:g", "u"), whose, "trace", 1)))
                .isTrue();
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(ids.contains(0)).isFalse();
        assertThat(ids.contains(1)).isFalse();
    }
}
