package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client of a durable tenant may not send, each at its edge. */
@Tag("engine")
@Timeout(120)
class DurableBadInputTest {
    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start(
                "",
                "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void refusesWhatNoDatabaseTakesBeforeItIsAcknowledged() throws IOException {
        SendMessage.Builder message = SendMessage.newBuilder()
                .setClientMsgId("m")
                .setConversationId("single:u1:u2")
                .setBody(ByteString.copyFromUtf8("x"));
        try (RawClient one = gateway.connect("u1", "d1")) {
            assertThat(refusal(one, message.clone().setContentType("te\0xt"))).isEqualTo("invalid content_type");
            assertThat(refusal(one, message.clone().setContentType("x".repeat(65))))
                    .isEqualTo("invalid content_type");
            assertThat(refusal(one, message.clone().putHeaders("k", "a\0b"))).isEqualTo("invalid headers");
            assertThat(refusal(one, message.clone().putHeaders("k", "x".repeat(1_025))))
                    .isEqualTo("invalid headers");
            assertThat(refusal(one, message.clone().putHeaders("", "v"))).isEqualTo("invalid headers");
            SendMessage.Builder most = message.clone().setContentType("x".repeat(64));
            for (int i = 0; i < 16; i++) {
                most.putHeaders("n".repeat(62) + (10 + i), "v".repeat(1_024));
            }
            assertThat(refusal(one, most)).isEmpty();
            assertThat(refusal(one, most.putHeaders("one more", "v"))).isEqualTo("invalid headers");
        }
    }

    private static String refusal(RawClient client, SendMessage.Builder message) throws IOException {
        client.send(ClientFrame.newBuilder().setSend(message).build());
        return client.readProtobuf().getAck().getReason();
    }
}
