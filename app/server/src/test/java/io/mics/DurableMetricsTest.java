package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
import io.mics.testing.Await;
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

/** What {@code /metrics} says of durable messages. */
@Tag("engine")
@Timeout(180)
class DurableMetricsTest {
    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start("", "store: {folder: '" + folder + "'}\ndefaults: {messages: durable}");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theSeriesOfADurableTenantAreThereFromTheStart() throws IOException {
        assertThat(gateway.get("/metrics").body())
                .contains("mics_log_appends_total{", "mics_log_append_duration_ms_count{", "mics_distributions_total{");
        assertThat(gateway.metric("mics_log_appends_total", "tenant=\"playground\""))
                .isZero();
    }

    @Test
    void whatIsStoredTogetherHowLongThatTakesAndWhatWaitsToBeDistributedIsShown() throws IOException {
        double messages = gateway.metric("mics_store_batch_messages_sum");
        double batches = gateway.metric("mics_store_commit_duration_ms_count");
        try (RawClient one = gateway.connect("u1", "d1")) {
            one.send(ClientFrame.newBuilder()
                    .setSend(SendMessage.newBuilder()
                            .setClientMsgId("m1")
                            .setConversationId("single:u1:u2")
                            .setContentType("text")
                            .setBody(ByteString.copyFromUtf8("hello")))
                    .build());
            assertThat(one.readProtobuf().getAck().getStatus()).isEqualTo(AckStatus.SENT);
        }
        assertThat(gateway.metric("mics_store_batch_messages_sum")).isEqualTo(messages + 1);
        assertThat(gateway.metric("mics_store_commit_duration_ms_count")).isEqualTo(batches + 1);
        Await.until("it is shown", () -> gateway.metric("mics_distributions_total", "\"distributed\"") == 1);
        assertThat(gateway.get("/metrics").body()).contains("mics_distribution_backlog{tenant=\"playground\"");
        Await.until("none waits", () -> gateway.metric("mics_distribution_backlog") == 0);
    }
}
