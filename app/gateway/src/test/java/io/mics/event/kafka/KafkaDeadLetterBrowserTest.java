package io.mics.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.DeadLetters.Filter;
import io.mics.event.DeadLetters.Listing;
import io.mics.event.DeadLetters.Replaying;
import io.mics.event.EventEncoder;
import io.mics.event.EventLogContract;
import io.mics.proto.hook.v1.EventType;
import io.mics.sdk.testing.KafkaBroker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaDeadLetterBrowserTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final String SINGLE = "SingleChatMsg";
    private static KafkaBroker broker;
    private static Admin admin;

    private final String tenant = "d" + TENANTS.incrementAndGet();
    private final String topic = "im-mics-" + tenant + "-event";
    private DeadLetters letters = DeadLetters.NONE;

    @BeforeEach
    void look() {
        letters = new KafkaDeadLetterBrowser(TestLog.settings(broker.bootstrapServers(), false, 3));
    }

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

    private static void create(String name) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, Optional.of(3), Optional.empty())))
                .all()
                .get();
    }

    /** Writes dead letters as the log does; {@code each} is user, id, type, cause and time. */
    private void dead(Object[]... each) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (Object[] one : each) {
                String user = (String) one[0];
                byte[] value = new EventEncoder("node-1", Optional::empty)
                        .encode(EventLogContract.message(tenant, user, (String) one[1]));
                var record = one[3].equals("")
                        ? new ProducerRecord<String, byte[]>(topic + "-dlq", user, null)
                        : new ProducerRecord<>(topic + "-dlq", user, value);
                header(record, KafkaRecords.IDENTITY, (String) one[1]);
                header(record, KafkaRecords.TRACEPARENT, "00-trace");
                header(record, KafkaRecords.EVENT_TYPE, (String) one[2]);
                header(record, KafkaRecords.CAUSE, (String) one[3]);
                header(record, KafkaRecords.ATTEMPTS, "3");
                header(record, KafkaRecords.DEAD_AT, one[4].toString());
                header(record, KafkaRecords.VALUE_BYTES, "77");
                producer.send(record).get();
            }
        }
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, KafkaRecords.bytes(value));
    }

    private Filter all() {
        return new Filter(tenant, Optional.empty(), Instant.MIN, Instant.MAX, "");
    }

    private List<String> ids(Filter filter, int limit, boolean more) {
        if (!(letters.list(filter, limit) instanceof Listing.Found found)) {
            throw new AssertionError("not found");
        }
        assertThat(found.more()).isEqualTo(more);
        return found.letters().stream().map(DeadLetters.DeadLetter::id).toList();
    }

    @Test
    void findsWhatIsAskedForOldestFirst() throws Exception {
        assertThat(ids(all(), 10, false)).isEmpty();
        create(topic + "-dlq");
        assertThat(ids(all(), 10, false)).isEmpty();
        dead(
                new Object[] {"u1", "c", SINGLE, "timeout", 3_000},
                new Object[] {"u2", "a", "OfflineMessage", "no topic", 1_000},
                new Object[] {"u3", "b", SINGLE, "no topic", 2_000});
        assertThat(ids(all(), 10, false)).containsExactly("a", "b", "c");
        assertThat(ids(all(), 2, true)).containsExactly("a", "b");
        assertThat(ids(
                        new Filter(tenant, Optional.of(EventType.SINGLE_CHAT_MSG), Instant.MIN, Instant.MAX, ""),
                        9,
                        false))
                .containsExactly("b", "c");
        assertThat(ids(
                        new Filter(
                                tenant, Optional.empty(), Instant.ofEpochMilli(2_000), Instant.ofEpochMilli(3_000), ""),
                        9,
                        false))
                .containsExactly("b");
        assertThat(ids(new Filter(tenant, Optional.empty(), Instant.MIN, Instant.MAX, "time"), 9, false))
                .containsExactly("c");
    }

    @Test
    void sendsThemOnceMoreUnderTheirIdentityAndNeverTwice() throws Exception {
        create(topic);
        create(topic + "-dlq");
        List<Object[]> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(new Object[] {"u" + i % 3, "m" + i, SINGLE, "timeout", i});
        }
        dead(many.toArray(Object[][]::new));
        assertThat(letters.replay(all(), 5)).isEqualTo(new Replaying.Done(5, 0, 0, true));
        assertThat(ids(all(), 100, false)).hasSize(15);
        assertThat(letters.replay(all(), 100)).isEqualTo(new Replaying.Done(15, 0, 0, false));
        assertThat(letters.replay(all(), 100)).isEqualTo(new Replaying.Done(0, 0, 0, false));
        assertThat(ids(all(), 100, false)).isEmpty();
        var records = Topic.read(broker.bootstrapServers(), topic, 20);
        assertThat(records).hasSize(20);
        assertThat(Topic.ids(records, "u0")).containsExactly("m0", "m3", "m6", "m9", "m12", "m15", "m18");
        assertThat(records).allSatisfy(record -> {
            assertThat(Topic.header(record, KafkaRecords.IDENTITY))
                    .isEqualTo(Topic.event(record).getMsgId());
            assertThat(record.headers().toArray()).hasSize(2);
        });
    }

    @Test
    void leavesWhatCannotBeSentAndGoesOnThereTheNextTime() throws Exception {
        create(topic + "-dlq");
        dead(
                new Object[] {"u1", "a", SINGLE, "", 1_000},
                new Object[] {"u1", "b", SINGLE, "no topic", 2_000},
                new Object[] {"u1", "c", SINGLE, "no topic", 3_000});
        assertThat(letters.replay(all(), 9)).isEqualTo(new Replaying.Done(0, 1, 1, true));
        assertThat(ids(all(), 9, false)).containsExactly("a", "b", "c");
        create(topic);
        assertThat(letters.replay(all(), 9)).isEqualTo(new Replaying.Done(2, 1, 0, false));
        assertThat(ids(all(), 9, false)).containsExactly("a");
        assertThat(Topic.ids(Topic.read(broker.bootstrapServers(), topic, 2), "u1"))
                .containsExactly("b", "c");
    }

    @Test
    void saysWhenTheyCannotBeRead() {
        DeadLetters unreachable = new KafkaDeadLetterBrowser(TestLog.settings("127.0.0.1:1", false, 3));
        assertThat(unreachable.list(all(), 1)).isInstanceOf(Listing.Unavailable.class);
        assertThat(unreachable.replay(all(), 1)).isInstanceOf(Replaying.Unavailable.class);
    }
}
