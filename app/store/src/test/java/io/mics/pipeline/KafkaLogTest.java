package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.conversation.ConversationLog.Outcome;
import io.mics.proto.log.v1.LogRecord;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaLogTest {
    private static final Outcome ACCEPTED = new Outcome.Accepted();
    private static final Outcome UNAVAILABLE = new Outcome.Unavailable();

    @Test
    void whatIsAcceptedIsInTheLogInOrderAndWhatIsUnavailableIsNotWhileTheBrokerIsKilledAndStarted()
            throws IOException, InterruptedException {
        try (KafkaBroker broker = KafkaBroker.running();
                KafkaNode node = new KafkaNode(broker.bootstrapServers(), "n1")) {
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger appended = new AtomicInteger();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    while (!ended.get()) {
                        int number = appended.getAndIncrement();
                        node.append("t1", "g" + number % 5, "m" + number);
                        TimeUnit.MILLISECONDS.sleep(2);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until("some are accepted", () -> accepted(node) > 200);
            broker.kill();
            Await.until("some are refused", () -> node.outcomes.containsValue(UNAVAILABLE));
            int before = accepted(node);
            broker.start();
            Await.until("more are accepted", () -> accepted(node) > before + 500);
            ended.set(true);
            sender.join();
            Await.until("all have outcomes", () -> node.outcomes.size() == appended.get());
            Map<String, List<String>> log = read(broker.bootstrapServers());
            Map<String, List<String>> expected = new LinkedHashMap<>();
            for (int i = 0; i < appended.get(); i++) {
                Outcome outcome = Objects.requireNonNull(node.outcomes.get("t1/m" + i));
                List<String> there = log.getOrDefault("group:g" + i % 5, List.of());
                if (outcome.equals(UNAVAILABLE)) {
                    assertThat(there).as("what was refused").doesNotContain("m" + i);
                } else if (outcome.equals(ACCEPTED)) {
                    assertThat(there).as("what was accepted").contains("m" + i);
                    expected.computeIfAbsent("group:g" + i % 5, id -> new ArrayList<>())
                            .add("m" + i);
                }
            }
            expected.forEach((conversation, ids) -> {
                List<String> there = new ArrayList<>(log.getOrDefault(conversation, List.of()));
                there.retainAll(ids);
                assertThat(there).isEqualTo(ids);
            });
        }
    }

    @Test
    void whatNoBrokerCanTakeIsRefusedAfterTheTimeOut() throws InterruptedException {
        try (KafkaNode node = new KafkaNode("127.0.0.1:1", "n1", Duration.ofSeconds(5))) {
            node.append("t1", "g", "m1");
            Await.until("it is refused", () -> UNAVAILABLE.equals(node.outcomes.get("t1/m1")));
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAndThoseBehindItGoOn() throws InterruptedException {
        try (KafkaBroker broker = KafkaBroker.running();
                KafkaNode node = new KafkaNode(broker.bootstrapServers(), "n1")) {
            node.append(Sample.message("t1", "g", "large", ByteString.copyFrom(new byte[2 << 20])));
            node.append("t1", "g", "m1");
            Await.until("the next is accepted", () -> ACCEPTED.equals(node.outcomes.get("t1/m1")));
            assertThat(node.outcomes).containsEntry("t1/large", new Outcome.Refused(Outcome.Refused.Reason.TOO_LARGE));
        }
    }

    private static int accepted(KafkaNode node) {
        return (int) node.outcomes.values().stream().filter(ACCEPTED::equals).count();
    }

    /** The senders' names of what is in the log, by conversation, each where it came first. */
    private static Map<String, List<String>> read(String servers) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        String topic = "im-mics-t1-upstream";
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    List<String> ids = found.computeIfAbsent(record.key(), key -> new ArrayList<>());
                    String id = LogRecord.parseFrom(record.value()).getHeaderOrThrow("client_msg_id");
                    if (!ids.contains(id)) {
                        ids.add(id);
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return found;
    }
}
