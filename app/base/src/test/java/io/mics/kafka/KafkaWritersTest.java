package io.mics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.kafka.KafkaSending.Fate;
import io.mics.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaWritersTest {
    private static final int TOO_LARGE = 30;

    private final CountDownLatch answers = new CountDownLatch(1);
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final KafkaSending sending = (topic, records) -> {
        happened.add("sending to " + topic);
        answers.await();
        return new KafkaSending.Round(records.stream().map(this::fate).toList(), false);
    };

    /** Room for 100 bytes, of which one topic has half. */
    private final KafkaWriters writers = new KafkaWriters(sending, 0, 100);

    private Fate fate(ProducerRecord<String, byte[]> record) {
        if (record.value().length >= TOO_LARGE) {
            return new Fate.TooLarge("planted");
        }
        happened.add("arrived " + record.key());
        return new Fate.Arrived();
    }

    @AfterEach
    void close() {
        answers.countDown();
        writers.close();
    }

    private static ProducerRecord<String, byte[]> record(String topic, String key, int bytes) {
        return new ProducerRecord<>(topic, key, new byte[bytes]);
    }

    private Thread putting(ProducerRecord<String, byte[]> record) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                writers.put(record, fate -> {});
                happened.add("put " + record.key());
            } catch (InterruptedException e) {
                happened.add("ended " + record.key());
            }
        });
        Await.until("it waits for room", () -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private void await(String what) {
        Await.until(what, () -> happened.contains(what));
    }

    @Test
    void whoFindsNoRoomWaitsForItWhicheverTopicGivesIt() throws InterruptedException {
        for (String topic : List.of("a", "b")) {
            writers.put(record(topic, topic, 25), fate -> {});
            writers.put(record(topic, topic, 25), fate -> {});
        }
        Thread waiting = putting(record("c", "m", 20));
        assertThat(happened).doesNotContain("put m");
        answers.countDown();
        waiting.join();
        await("arrived m");
    }

    @Test
    void whoWaitsForRoomEndsWhenItIsClosedAndWhoComesLaterToo() throws InterruptedException {
        writers.put(record("a", "a", 25), fate -> {});
        writers.put(record("a", "a", 25), fate -> {});
        Thread waiting = putting(record("a", "m", 20));
        writers.close();
        waiting.join();
        assertThat(happened).contains("ended m");
        Thread late = Thread.ofVirtual().start(() -> {
            try {
                writers.put(record("new", "late", 1), fate -> {});
            } catch (InterruptedException e) {
                happened.add("ended late");
            }
        });
        late.join();
        assertThat(happened).contains("ended late").doesNotContain("sending to new");
    }

    @Test
    void whatIsWrittenInsteadOfATooLargeRecordNeedsNoOtherRoom() throws InterruptedException {
        List<Fate> fates = new CopyOnWriteArrayList<>();
        writers.put(record("a", "large", 50), () -> record("a", "small", 10), fates::add);
        assertThat(writers.enqueue(record("a", "other", 1), fate -> {}))
                .as("there is no room left")
                .isFalse();
        answers.countDown();
        await("arrived small");
        writers.flush(Await.PATIENCE.toNanos());
        assertThat(fates).containsExactly(new Fate.Arrived());
    }

    @Test
    void aReplacementThatIsTooLargeItselfIsSaidToBe() throws InterruptedException {
        List<Fate> fates = new CopyOnWriteArrayList<>();
        answers.countDown();
        writers.put(record("a", "large", 50), () -> record("a", "large too", 40), fates::add);
        writers.flush(Await.PATIENCE.toNanos());
        assertThat(fates).containsExactly(new Fate.TooLarge("planted"));
    }
}
