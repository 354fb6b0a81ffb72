package io.mics.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.event.EventLogContract;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaEventLogTest extends EventLogContract {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static KafkaBroker broker;
    private static TestLog usual;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
        usual = TestLog.of(TestLog.settings(broker.bootstrapServers(), true, 3));
    }

    @AfterAll
    static void stop() {
        usual.close();
        broker.close();
    }

    @Override
    protected EventLog log() {
        return usual.log;
    }

    @Override
    protected List<String> usersSeen(String tenant, int count) {
        return Topic.read(broker.bootstrapServers(), topic(tenant), count).stream()
                .map(record -> record.key())
                .toList();
    }

    @Override
    protected String newTenant() {
        return "t" + TENANTS.incrementAndGet();
    }

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static Event event(String tenant, EventType type, String toUser, MessageLite data) {
        return new Event(tenant, type, "a", "phone", toUser, data, 1_700_000_000_004L, TRACE);
    }

    @Test
    void writesEveryTypeExactlyAsTheContractSays() {
        String tenant = newTenant();
        ConnectAck ack =
                ConnectAck.newBuilder().setCode(1000).setTenantId(tenant).build();
        MessageRequest single = MessageRequest.newBuilder()
                .setTenantId(tenant)
                .setMsgId("m1")
                .setToUserId("b")
                .setMsgBody(ByteString.copyFromUtf8("hi"))
                .build();
        MessageRequest group = single.toBuilder()
                .setMsgType(MessageType.GROUP_CHAT)
                .setMsgId("m2")
                .clearToUserId()
                .setGroupId("g1")
                .build();
        List<Event> events = List.of(
                event(tenant, EventType.CONNECT_ONLINE, "", ack),
                event(tenant, EventType.SINGLE_CHAT_MSG, "b", single),
                event(tenant, EventType.GROUP_CHAT_MSG, "", group),
                event(tenant, EventType.OFFLINE_MESSAGE, "c", group),
                event(tenant, EventType.CONNECT_OFFLINE, "", ack));
        events.forEach(event -> assertThat(usual.publish(event)).isTrue());

        var records = Topic.read(broker.bootstrapServers(), topic(tenant), events.size());
        List<String> identities = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            MqEvent.Builder expected = MqEvent.newBuilder()
                    .setTenantId(tenant)
                    .setEventType(event.type())
                    .setUserId("a")
                    .setDeviceId("phone")
                    .setToUserId(event.toUser())
                    .setEventData(event.data().toByteString())
                    .setTimestamp(1_700_000_000_004L)
                    .setNodeId("node-1")
                    .setTraceId(TRACE);
            if (event.data() instanceof MessageRequest message) {
                expected.setMsgId(message.getMsgId()).setGroupId(message.getGroupId());
            }
            MqEvent got = Topic.event(records.get(i));
            assertThat(got.toBuilder().clearSign().build()).isEqualTo(expected.build());
            assertThat(HookSignature.verify(TestLog.SECRET, got).genuine()).isTrue();
            assertThat(records.get(i).key()).isEqualTo("a");
            assertThat(records.get(i).value()).isEqualTo(got.toByteArray());
            assertThat(Topic.header(records.get(i), "traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-01");
            identities.add(Topic.header(records.get(i), "mics-event-id"));
        }
        assertThat(identities).doesNotHaveDuplicates().allMatch(identity -> identity.matches("node-1-7-\\d+"));
        Await.until("counted", () -> usual.published(tenant) == events.size());
    }

    @Test
    void refusesAndCountsWhatIsBeyondATenantsBoundAndLosesTheRestOnlyByCounting() {
        KafkaSettings unreachable = TestLog.settings("127.0.0.1:1", true, 3, 5);
        TestLog away = TestLog.of(unreachable).flushingFor(Duration.ZERO);
        try (away) {
            for (int i = 0; i < 5; i++) {
                assertThat(away.publish(message("full", "a", "m" + i))).isTrue();
            }
            assertThat(away.publish(message("full", "a", "refused"))).isFalse();
            assertThat(away.dropped("full", "queue_full")).isEqualTo(1);
            assertThat(away.publish(message("other", "a", "m"))).isTrue();
            assertThat(away.log.queued("full")).isEqualTo(5);
            Await.until("away", () -> away.log.unavailable().isPresent());
        }
        assertThat(away.dropped("full", "shutdown")).isEqualTo(5);
        assertThat(away.dropped("other", "shutdown")).isEqualTo(1);
        assertThat(away.log.queued("full")).isZero();
        assertThat(away.publish(message("full", "a", "late"))).isFalse();
        assertThat(away.dropped("full", "closed")).isEqualTo(1);
    }

    @Test
    void sendsWhatIsQueuedBeforeItCloses() {
        String tenant = newTenant();
        TestLog ending =
                TestLog.of(TestLog.settings(broker.bootstrapServers(), true, 3)).flushingFor(Duration.ofSeconds(20));
        try (ending) {
            for (int i = 0; i < 2_000; i++) {
                assertThat(ending.publish(message(tenant, "a", "m" + i))).isTrue();
            }
        }
        assertThat(ending.dropped(tenant)).isZero();
        assertThat(ending.published(tenant)).isEqualTo(2_000);
        var records = Topic.read(broker.bootstrapServers(), topic(tenant), 2_000);
        assertThat(Topic.ids(records, "a"))
                .isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void aForgottenTenantsEventsStillLeave() {
        String tenant = newTenant();
        usual.publish(message(tenant, "a", "1"));
        usual.log.forget(tenant);
        usual.publish(message(tenant, "a", "2"));
        assertThat(Topic.read(broker.bootstrapServers(), topic(tenant), 2)).hasSize(2);
    }

    private static String topic(String tenant) {
        return "im-mics-" + tenant + "-event";
    }
}
