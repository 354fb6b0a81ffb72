package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.SendMessage;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node that is gateway and store says of a durable message. */
@Tag("engine")
@Timeout(120)
class DurableExplainTest {
    private static final String OF_TWO = "single:u1:u2";

    private final TestGateway gateway = TestGateway.start(
            "",
            "playground: {groups: {nobodys: []}}\n"
                    + "defaults: {messages: durable, hooks: {timeout: 20s, auth-timeout: 20s}}");

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static MessageAck sent(RawClient client, String conversation, String name) throws IOException {
        client.send(ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(conversation)
                        .setBody(ByteString.copyFromUtf8("hello")))
                .build());
        return client.readProtobuf().getAck();
    }

    @Test
    void whatBecameOfAMessageIsExplained() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            long id = sent(one, OF_TWO, "m1").getMessageId();
            assertThat(two.readProtobuf().getDelivery().getSeq()).isEqualTo(1);
            String explain = "/internal/messages/m1/explain?tenant=playground";
            Await.until("its distribution is known", () -> body(explain).contains("distributed"));
            assertThat(body(explain))
                    .contains("from device d1 to single:u1:u2, 5 bytes")
                    .contains(
                            "the database", "stored as number 1, message id " + id + "; answered SENT, level persisted")
                    .contains("in a batch of 1 from what clients of this node sent", "persisted event")
                    .contains("\"reach\":\"stored as number 1, delivered to ")
                    .doesNotContain("hello");
            assertThat(sent(one, "group:nobodys", "m2").getStatus()).isEqualTo(AckStatus.FAILED);
            assertThat(body(explain.replace("m1", "m2"))).contains("FAILED, refused: conversation not found");
        }
    }

    private String body(String path) {
        try {
            return gateway.get(path).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
