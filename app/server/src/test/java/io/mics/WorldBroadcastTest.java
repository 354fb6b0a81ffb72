package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.SendMessage;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
@Timeout(180)
class WorldBroadcastTest {
    @TempDir
    private Path folder;

    @Test
    void aMessageToTheWorldReachesEverybodyWhoIsOnlineInOrder() throws IOException {
        try (TestGateway gateway = TestGateway.start(
                        "",
                        "store: {folder: '" + folder + "'}\n"
                                + "defaults: {messages: durable, durable: {world-senders: [u1]},"
                                + " hooks: {timeout: 20s, auth-timeout: 20s}}");
                RawClient one = gateway.connect("u1", "d1");
                RawClient oneToo = gateway.connect("u1", "d2");
                RawClient two = gateway.connect("u2", "d1");
                RawClient three = gateway.connect("u3", "d1")) {
            for (int seq = 1; seq <= 3; seq++) {
                one.send(ClientFrame.newBuilder()
                        .setSend(SendMessage.newBuilder()
                                .setClientMsgId("m" + seq)
                                .setConversationId("world")
                                .setContentType("text")
                                .setBody(ByteString.copyFromUtf8("to all " + seq)))
                        .build());
                MessageAck ack = one.readProtobuf().getAck();
                assertThat(ack.getStatus()).as("%s", ack).isEqualTo(AckStatus.SENT);
                assertThat(ack.getSeq()).isEqualTo(seq);
            }
            for (RawClient other : List.of(oneToo, two, three)) {
                for (int seq = 1; seq <= 3; seq++) {
                    MessageDelivery delivery = other.readProtobuf().getDelivery();
                    assertThat(delivery.getMessage().getMsgBody().toStringUtf8())
                            .isEqualTo("to all " + seq);
                    assertThat(delivery.getSeq()).isEqualTo(seq);
                    assertThat(delivery.getConversationId()).isEqualTo("world");
                }
            }
        }
    }
}
