package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingMessagesTest {
    private final FakeLink link = new FakeLink();
    private final PendingMessages messages = new PendingMessages(link, Duration.ofSeconds(1), 2, 10);

    private Sending send() {
        return messages.add(new OutgoingMessage("group:g", "c1", "text", ByteString.copyFromUtf8("hi"), Map.of()));
    }

    @Test
    void theTimeoutOfASendThatIsOverIsNotThatOfTheNextUnderItsId() {
        messages.connected();
        Sending first = send();
        Runnable timeout = link.later.remove();
        assertThat(messages.acknowledge(MessageAck.newBuilder()
                        .setMsgId("c1")
                        .setStatus(AckStatus.SENT)
                        .setLevel(AckLevel.ACK_LEVEL_PERSISTED)
                        .setSeq(1)
                        .build()))
                .isNotNull();
        Sending second = send();
        assertThat(link.written).hasSize(2);

        timeout.run();

        assertThat(link.later).as("the second's alone").hasSize(1);
        assertThat(link.written).hasSize(2);
        assertThat(first.result()).isInstanceOf(SendResult.Stored.class);
        link.later.remove().run();
        assertThat(link.written).as("its own timeout").hasSize(3);
        link.later.remove().run();
        assertThat(second.result()).isInstanceOf(SendResult.Unanswered.class);
    }
}
