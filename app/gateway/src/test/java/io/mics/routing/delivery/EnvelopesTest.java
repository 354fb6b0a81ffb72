package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.node.v1.Envelope;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.StoredMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnvelopesTest {
    private static final MessageRequest WHOSE =
            MessageRequest.newBuilder().setTenantId("t1").setUserId("u1").build();

    private static Delivery overTheLink(Delivery delivery) throws Exception {
        return Envelopes.open(Envelope.parseFrom(Envelopes.of(delivery).toByteArray()));
    }

    @ParameterizedTest
    @EnumSource
    void aStoredMessageStandsWhereItStoodOnEveryNode(Delivery.ToSendingDevice toSendingDevice) throws Exception {
        StoredMessage message = new StoredMessage(
                new ConversationRef.Group("g"),
                3,
                7,
                "u1",
                "d1",
                "c1",
                "image",
                ByteString.copyFromUtf8("hi"),
                Map.of(),
                5,
                0,
                0,
                0);
        Delivery sent = Delivery.stored("t1", message, toSendingDevice, "trace");
        Delivery received = overTheLink(sent);
        assertThat(received.stored()).isEqualTo(sent.stored());
        assertThat(received.message()).isEqualTo(sent.message());
        assertThat(received.id()).isEqualTo(-7);
        assertThat(received.contentType()).isEqualTo("image");
        assertThat(received.change()).isNull();
        assertThat(received.isRedelivery()).isTrue();

        Delivery again = Delivery.stored("t1", message, toSendingDevice, "d2", true, "trace");
        assertThat(overTheLink(again).stored()).isEqualTo(again.stored());
        assertThat(overTheLink(again).storedAck().duplicate()).isTrue();
    }

    @Test
    void aChangeIsTheSameOnEveryNode() throws Exception {
        for (ConversationFrame change : List.of(
                new ConversationFrame.Recalled("group:g", 3, 7, "c1", "u1", 5),
                new ConversationFrame.Edited("group:g", 3, 7, ByteString.copyFromUtf8("new"), 5, 2),
                new ConversationFrame.Read("single:u1:u2", "u1", 9),
                new ConversationFrame.Typing("group:g", "u1"),
                new ConversationFrame.Updated("group:g", 4, 9),
                new ConversationFrame.Missed("group:g", 2, 8))) {
            Delivery received = overTheLink(Delivery.change(change, WHOSE, "trace", 4));
            assertThat(received.change()).isEqualTo(change);
            assertThat(received.message()).isEqualTo(WHOSE);
            assertThat(received.stored()).isNull();
        }
    }

    @Test
    void aMessageOfAPipeTenantIsNothingElse() throws Exception {
        Delivery received = overTheLink(new Delivery(WHOSE, "text", "trace", 4));
        assertThat(received.stored()).isNull();
        assertThat(received.change()).isNull();
        assertThat(received.message()).isEqualTo(WHOSE);
    }

    @Test
    void aChangeThatIsNotKnownIsRefused() {
        Envelope unknown = Envelope.newBuilder()
                .setMessage(WHOSE)
                .setChange(ServerFrame.newBuilder().setHeartbeatPong(HeartbeatPong.getDefaultInstance()))
                .build();
        assertThatThrownBy(() -> Envelopes.open(unknown)).hasMessageContaining("HEARTBEAT_PONG");
    }
}
