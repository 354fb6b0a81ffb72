package io.mics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.SharedByteBudget;
import io.mics.testing.Await;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaTopicWriterTest {
    private final CountDownLatch answers = new CountDownLatch(1);
    private final SharedByteBudget room = SharedByteBudget.halfEach(100);
    private final KafkaSending sending = (topic, records) -> {
        answers.await();
        return new KafkaSending.Round(
                records.stream()
                        .map(record -> (KafkaSending.Fate) new KafkaSending.Fate.Arrived())
                        .toList(),
                false);
    };

    private static boolean enqueue(KafkaTopicWriter writer, String topic, int bytes) {
        return writer.enqueue(
                new KafkaTopicWriter.Entry(new ProducerRecord<>(topic, "key", new byte[bytes]), fate -> {}));
    }

    @Test
    void recordsOfAllTopicsShareOneRoomUntilTheyAreSettled() {
        KafkaTopicWriter a = new KafkaTopicWriter(sending, "a", 0, room, () -> {});
        KafkaTopicWriter b = new KafkaTopicWriter(sending, "b", 0, room, () -> {});
        assertThat(enqueue(a, "a", 20)).isTrue();
        assertThat(enqueue(a, "a", 30)).isTrue();
        assertThat(enqueue(a, "a", 1)).as("more than half").isFalse();
        assertThat(enqueue(b, "b", 50)).isTrue();
        assertThat(room.held()).isEqualTo(100);
        answers.countDown();
        Await.until("room again", () -> room.held() == 0);
        assertThat(enqueue(a, "a", 20)).isTrue();
        Await.until("written", () -> a.size() == 0 && room.held() == 0);
    }

    @Test
    void whatIsNotWrittenAtTheEndGivesItsRoomBack() {
        KafkaTopicWriter writer = new KafkaTopicWriter(sending, "a", 0, room, () -> {});
        assertThat(enqueue(writer, "a", 20)).isTrue();
        assertThat(enqueue(writer, "a", 20)).isTrue();
        writer.close();
        Await.until("room again", () -> room.held() == 0);
    }

    /** The sizes of the batches in which a writer sends records of these sizes, all of which wait at once. */
    private static List<List<Integer>> batches(Integer... sizes) throws InterruptedException {
        List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        KafkaSending recording = (topic, records) -> {
            batches.add(records.stream().map(record -> record.value().length).toList());
            begun.countDown();
            rest.await();
            return new KafkaSending.Round(
                    records.stream()
                            .map(record -> (KafkaSending.Fate) new KafkaSending.Fate.Arrived())
                            .toList(),
                    false);
        };
        KafkaTopicWriter writer =
                new KafkaTopicWriter(recording, "a", 0, SharedByteBudget.halfEach(64 << 20), () -> {});
        assertThat(enqueue(writer, "a", 0)).isTrue();
        begun.await();
        for (int size : sizes) {
            assertThat(enqueue(writer, "a", size)).isTrue();
        }
        rest.countDown();
        writer.awaitEmpty(Await.PATIENCE.toNanos());
        assertThat(writer.size()).isZero();
        return batches.subList(1, batches.size());
    }

    @Test
    void aBatchIsOfFiveHundredRecordsAtMost() throws Exception {
        assertThat(batches(Collections.nCopies(1_001, 1).toArray(Integer[]::new)))
                .extracting(List::size)
                .containsExactly(500, 500, 1);
    }

    @Test
    void aBatchIsOfOneMebibyteAtMostAndALargerRecordGoesAlone() throws Exception {
        int half = 1 << 19;
        assertThat(batches(half, half, 1, 3 << 20, 2))
                .containsExactly(List.of(half, half), List.of(1), List.of(3 << 20), List.of(2));
    }
}
