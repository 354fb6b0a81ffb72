package io.mics.event.kafka;

import static io.mics.event.EventLogContract.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.event.Event;
import io.mics.event.EventEncoder;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can go wrong with a broker or a topic, and that nothing is lost uncounted. */
@Tag("engine")
class KafkaFaultsTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final int KEYS = 5;
    private static final int LARGE = 10_000_000;
    private static KafkaBroker broker;
    private static Admin admin;

    private final String tenant = "f" + TENANTS.incrementAndGet();
    private final String topic = "im-mics-" + tenant + "-event";
    private int sent;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
        admin = broker.admin();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    private static TestLog log(boolean create, int attempts) {
        return TestLog.of(TestLog.settings(broker.bootstrapServers(), create, attempts));
    }

    private static void create(String name, String... config) throws Exception {
        NewTopic topic = new NewTopic(name, Optional.of(3), Optional.empty());
        if (config.length > 0) {
            topic.configs(Map.of(config[0], config[1]));
        }
        admin.createTopics(List.of(topic)).all().get();
    }

    /** Publishes the next {@code count} messages, dealt over the keys. */
    private void publish(TestLog log, int count) {
        for (int i = 0; i < count; i++, sent++) {
            assertThat(log.publish(message(tenant, "k" + sent % KEYS, "m" + sent)))
                    .isTrue();
        }
    }

    private void assertEveryKeyInOrder(int from) {
        var records = Topic.read(broker.bootstrapServers(), topic, sent - from);
        for (int key = 0; key < KEYS; key++) {
            int k = key;
            assertThat(Topic.ids(records, "k" + k))
                    .isEqualTo(IntStream.range(from, sent)
                            .filter(i -> i % KEYS == k)
                            .mapToObj(i -> "m" + i)
                            .toList());
        }
    }

    private void assertLedger(TestLog log) {
        assertLedger(log, tenant, sent);
    }

    private static void assertLedger(TestLog log, String tenant, int accepted) {
        assertThat(log.published(tenant) + log.dead(tenant) + log.dropped(tenant) + log.log.queued(tenant))
                .isEqualTo(accepted);
    }

    /** A log whose records may have more than ten million bytes, as those of {@link #large}. */
    private static TestLog largeLog(boolean create) {
        return TestLog.of(TestLog.large(TestLog.settings(broker.bootstrapServers(), create, 3), LARGE + (1 << 20)));
    }

    private static Event large(String tenant, ByteString body, int number) {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgId("large" + number)
                .setMsgBody(body)
                .build();
        return new Event(tenant, EventType.SINGLE_CHAT_MSG, "k0", "d1", "u2", message, 1, "trace");
    }

    @Test
    void keepsTheOrderOfAKeyWhileItsTopicIsMissingAndAfterItIsDeleted() throws Exception {
        try (TestLog log = log(false, 0)) {
            publish(log, 200);
            Await.until("failed", () -> log.failed(tenant) > 3);
            publish(log, 100);
            create(topic);
            assertEveryKeyInOrder(0);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);

            admin.deleteTopics(List.of(topic)).all().get();
            long failed = log.failed(tenant);
            int from = sent;
            publish(log, 100);
            Await.until("failed again", () -> log.failed(tenant) > failed);
            create(topic);
            publish(log, 100);
            assertEveryKeyInOrder(from);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);
            assertThat(log.published(tenant)).isEqualTo(sent);
            assertLedger(log);
        }
    }

    @Test
    void createsADeletedTopicAgainBeforeTheProducerLosesPatience() throws Exception {
        try (TestLog log = TestLog.of(TestLog.patient(TestLog.settings(broker.bootstrapServers(), true, 3)))) {
            publish(log, 50);
            Await.until("arrived", () -> log.published(tenant) == sent);
            admin.deleteTopics(List.of(topic)).all().get();
            int from = sent;
            publish(log, 50);
            // the producer would wait for forty seconds, and this waits for ten
            Await.until("arrived in the new one", () -> log.published(tenant) == sent);
            assertEveryKeyInOrder(from);
            assertThat(log.dead(tenant)).isZero();
            assertLedger(log);
        }
    }

    @Test
    void saysWithinSecondsThatATopicIsMissingWhichItMayNotCreate() throws Exception {
        create(topic);
        try (TestLog log = TestLog.of(TestLog.patient(TestLog.settings(broker.bootstrapServers(), false, 0)))) {
            publish(log, 10);
            Await.until("arrived", () -> log.published(tenant) == sent);
            assertThat(log.log.unavailable()).isEmpty();
            admin.deleteTopics(List.of(topic)).all().get();
            publish(log, 10);
            Await.until("said", () -> log.log.unavailable().orElse("").contains(topic));
            create(topic);
            Await.until("arrived too", () -> log.published(tenant) == sent);
            Await.until("said no more", () -> log.log.unavailable().isEmpty());
            assertLedger(log);
        }
    }

    @Test
    void aMissingTopicIsAMetricUntilItIsThere() throws Exception {
        create(topic);
        String mics = "kafka: {bootstrap-servers: '" + broker.bootstrapServers() + "', create-topics: false}";
        String label = "tenant=\"" + tenant + "\"";
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3cret"));
                TestGateway gateway = TestGateway.start(
                        "tenants: {" + tenant + ": {hooks: {base-url: '" + backend.baseUrl() + "', secret: s3cret}}}",
                        mics);
                RawClient sender = RawClient.connect(gateway.port(), tenant, "a", "d1")) {
            Topic.read(broker.bootstrapServers(), topic, 1);
            assertThat(gateway.metric("mics_mq_topic_missing", label)).isZero();
            assertThat(gateway.get("/metrics").body()).contains("mics_mq_topic_missing{" + label);
            admin.deleteTopics(List.of(topic)).all().get();
            assertThat(sender.sendAcked("b", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            Await.until("missing", () -> gateway.metric("mics_mq_topic_missing", label) == 1);
            create(topic);
            Topic.read(broker.bootstrapServers(), topic, 1);
            Await.until("there again", () -> gateway.metric("mics_mq_topic_missing", label) == 0);
        }
    }

    @Test
    void losesNothingAndKeepsOrderWhenTheBrokerIsKilledUnderLoad() throws Exception {
        KafkaSettings settings = TestLog.settings(broker.bootstrapServers(), true, 3);
        try (TestLog log = TestLog.of(TestLog.patient(settings))) {
            publish(log, 1_000);
            Await.until("some arrived", () -> log.published(tenant) > 0);
            publish(log, 1_000);
            broker.kill();
            publish(log, 2_000);
            Await.until("away", () -> log.log.unavailable().isPresent());
            publish(log, 1_000);
            assertLedger(log);
            broker.start();
            publish(log, 100);
            assertEveryKeyInOrder(0);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);
            assertThat(log.log.unavailable()).isEmpty();
            assertThat(log.published(tenant)).isEqualTo(sent);
        }
    }

    @Test
    void givesNothingUpWhenTheBrokerIsAwayLongerThanTheProducerIsPatient() throws Exception {
        try (TestLog log = log(true, 0)) {
            publish(log, 100);
            Await.until("arrived", () -> log.published(tenant) == sent);
            broker.kill();
            publish(log, 100);
            Await.until("the producer gave up", () -> log.failed(tenant) > 0);
            assertThat(log.log.queued(tenant)).isEqualTo(100);
            broker.start();
            assertEveryKeyInOrder(0);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);
            assertThat(log.published(tenant)).isEqualTo(sent);
        }
    }

    @Test
    void oneTenantsMissingTopicHoldsNobodyElsesEvents() throws Exception {
        String missing = tenant + "-missing";
        create(topic);
        try (TestLog log = log(false, 0)) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(log.publish(message(missing, "a", "m" + i))).isTrue();
            }
            Await.until("failed", () -> log.failed(missing) > 0);
            publish(log, 1_000);
            assertEveryKeyInOrder(0);
            assertThat(log.log.queued(missing)).isEqualTo(1_000);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);
            create("im-mics-" + missing + "-event");
            Await.until("the other's events followed", () -> log.log.queued(missing) == 0);
            assertThat(log.published(missing)).isEqualTo(1_000);
        }
    }

    @Test
    void deadLettersWhatIsTooLargeByItsSizeAndHashAndLetsTheRestPass() throws Exception {
        create(topic, "max.message.bytes", "10000");
        MessageRequest large = MessageRequest.newBuilder()
                .setMsgId("large")
                .setMsgBody(ByteString.copyFrom(new byte[50_000]))
                .build();
        Event event = new Event(tenant, EventType.SINGLE_CHAT_MSG, "k0", "d1", "u2", large, 1, "trace");
        try (TestLog log = log(true, 3)) {
            publish(log, KEYS);
            assertThat(log.publish(event)).isTrue();
            publish(log, KEYS);
            assertEveryKeyInOrder(0);
            var dead = Topic.read(broker.bootstrapServers(), topic + "-dlq", 1).getFirst();
            byte[] value = new EventEncoder("node-1", () -> Optional.of(TestLog.SECRET)).encode(event);
            assertThat(dead.value()).isNull();
            assertThat(dead.key()).isEqualTo("k0");
            assertThat(Topic.header(dead, "mics-event-id")).startsWith("node-1-7-");
            assertThat(Topic.header(dead, "value_bytes")).isEqualTo("" + value.length);
            assertThat(Topic.header(dead, "value_sha256"))
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(value)));
            assertThat(Topic.header(dead, "cause")).startsWith("RecordTooLargeException");
            Await.until("counted", () -> log.dead(tenant) == 1);
            sent++;
            assertLedger(log);
        }
    }

    @Test
    void oneTenantsTenMegabytesThatWaitHoldNobodyElsesEvents() throws Exception {
        String noisy = tenant + "-noisy";
        ByteString body = ByteString.copyFrom(new byte[LARGE]);
        create(topic);
        create("im-mics-" + noisy + "-event-dlq");
        try (TestLog log = largeLog(false)) {
            for (int i = 0; i < 6; i++) {
                assertThat(log.publish(large(noisy, body, i))).isTrue();
            }
            assertThat(log.publish(large(noisy, body, 6)))
                    .as("beyond the tenant's 64 MiB")
                    .isFalse();
            assertThat(log.dropped(noisy, "queue_full")).isEqualTo(1);
            Await.until("failed", () -> log.failed(noisy) > 0);
            publish(log, 1_000);
            assertEveryKeyInOrder(0);
            Await.until("nothing queued", () -> log.log.queued(tenant) == 0);
            assertThat(log.published(tenant)).isEqualTo(1_000);
            assertThat(log.published(noisy)).isZero();
            assertLedger(log, noisy, 6);

            create("im-mics-" + noisy + "-event", "max.message.bytes", Integer.toString(1 << 20));
            Await.until("all given up", () -> log.dead(noisy) == 6);
            assertThat(Topic.read(broker.bootstrapServers(), "im-mics-" + noisy + "-event-dlq", 6))
                    .filteredOn(record -> Topic.header(record, "cause").startsWith("RecordTooLarge"))
                    .isNotEmpty()
                    .allSatisfy(record -> assertThat(record.value()).isNull());
            assertLedger(log, noisy, 6);
            assertThat(log.log.queued(noisy)).isZero();
        }
    }

    @Test
    void tenMegabytesArriveWholeAmongSmallEventsWhereTheTopicTakesThem() {
        ByteString body = ByteString.copyFrom(new byte[LARGE]);
        try (TestLog log = largeLog(true)) {
            publish(log, KEYS);
            for (int i = 0; i < 3; i++) {
                assertThat(log.publish(large(tenant, body, i))).isTrue();
                publish(log, KEYS);
            }
            var records = Topic.read(broker.bootstrapServers(), topic, sent + 3);
            assertThat(records)
                    .filteredOn(record -> record.value().length > LARGE)
                    .hasSize(3);
            assertThat(Topic.ids(records, "k0"))
                    .containsExactly("m0", "large0", "m5", "large1", "m10", "large2", "m15");
            Await.until("counted", () -> log.published(tenant) == sent + 3);
            assertLedger(log, tenant, sent + 3);
        }
    }

    @Test
    void deadLettersWithTheCauseWhatFailedTooOften() throws Exception {
        create(topic + "-dlq");
        try (TestLog log = log(false, 2)) {
            publish(log, 2 * KEYS);
            var dead = Topic.read(broker.bootstrapServers(), topic + "-dlq", 2 * KEYS);
            assertThat(dead).allSatisfy(record -> {
                assertThat(Topic.header(record, "cause")).startsWith("UnknownTopicOrPartitionException");
                assertThat(Topic.header(record, "attempts")).isEqualTo("2");
                assertThat(Topic.header(record, "original_topic")).isEqualTo(topic);
                assertThat(Topic.header(record, "event_type")).isEqualTo("SingleChatMsg");
                assertThat(Long.parseLong(Topic.header(record, "dead_at"))).isPositive();
                assertThat(record.key()).isEqualTo(Topic.event(record).getUserId());
            });
            assertThat(Topic.identities(dead)).isEqualTo(2 * KEYS);
            assertThat(Topic.ids(dead, "k1")).containsExactly("m1", "m6");
            Await.until("counted", () -> log.dead(tenant) == sent);
            assertThat(log.log.queued(tenant)).isZero();
            assertLedger(log);
        }
    }

    @Test
    void countsAsDroppedWhatEvenTheDeadLetterTopicDoesNotTake() {
        try (TestLog log = log(false, 1)) {
            publish(log, 10);
            Await.until("given up", () -> log.dropped(tenant, "dead_letter_failed") == 10);
            assertThat(log.log.queued(tenant)).isZero();
            assertLedger(log);
        }
    }
}
