package io.mics.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole gateway whose events go to Kafka. */
@Tag("engine")
class KafkaGatewayTest {
    private static final String TENANTS = "tenants: {t1: {hooks: {base-url: \"%s\", secret: s3cret}}}";

    private static TestGateway gateway(ExampleBackend backend, String servers) {
        return TestGateway.start(
                TENANTS.formatted(backend.baseUrl()),
                "drain-timeout: 1s\nkafka: {bootstrap-servers: '" + servers + "', topic: 'my.{tenant}.events'}");
    }

    @Test
    void aSessionsWholeLifeIsInItsTenantsTopicWhenTheNodeHasStopped() throws Exception {
        try (KafkaBroker broker = KafkaBroker.running();
                ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3cret"))) {
            try (TestGateway gateway = gateway(backend, broker.bootstrapServers());
                    RawClient sender = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
                assertThat(sender.sendAcked("b", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(gateway.get("/metrics").body())
                        .contains("mics_mq_queued{tenant=\"t1\"")
                        .contains("mics_mq_publish_duration_ms_count{tenant=\"t1\"");
            }
            List<MqEvent> events = Topic.read(broker.bootstrapServers(), "my.t1.events", 3).stream()
                    .map(Topic::event)
                    .toList();
            assertThat(events)
                    .extracting(MqEvent::getEventType)
                    .containsExactly(EventType.CONNECT_ONLINE, EventType.SINGLE_CHAT_MSG, EventType.CONNECT_OFFLINE);
            assertThat(events).allSatisfy(event -> {
                assertThat(HookSignature.verify("s3cret", event).genuine()).isTrue();
                assertThat(event.getNodeId()).isEqualTo("node-1");
            });
            MessageRequest message = MessageRequest.parseFrom(events.get(1).getEventData());
            assertThat(message.getMsgBody().toStringUtf8()).isEqualTo("hi");
            assertThat(events.get(1).getToUserId()).isEqualTo("b");
        }
    }

    @Test
    void withoutABrokerMessagesFlowAndReadinessOnlySaysSo() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3cret"));
                TestGateway gateway = gateway(backend, "127.0.0.1:1");
                RawClient sender = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
            assertThat(sender.sendAcked("b", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_mq_queued", "tenant=\"t1\"")).isEqualTo(2);
            var ready = gateway.get("/readyz");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).contains("events wait");
        }
    }
}
