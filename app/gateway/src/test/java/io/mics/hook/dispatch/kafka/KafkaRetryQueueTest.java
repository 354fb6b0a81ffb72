package io.mics.hook.dispatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.EventContext;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.RawRecord;
import io.mics.hook.dispatch.Submission;
import io.mics.hook.dispatch.Task;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaRetryQueueTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final KafkaSending sending = (topic, records) -> {
        begun.countDown();
        answers.await();
        return new KafkaSending.Round(
                records.stream().map(KafkaRetryQueueTest::fate).toList(), false);
    };

    private final KafkaWriters writers = new KafkaWriters(sending, 0);

    private final KafkaRetryQueue queue =
            new KafkaRetryQueue(writers, KafkaHookTopics.DEFAULTS, new DispatchMeters(new Metrics()));

    private static Fate fate(ProducerRecord<String, byte[]> record) {
        return record.value() == null ? new Fate.Arrived() : new Fate.TooLarge("planted");
    }

    private static Task task() {
        EventContext context = new EventContext("t1", "c", "single", "text", "u1", "d1", "trace", "", Map.of());
        HookEvent event = new HookEvent.Sent(context, MessageRequest.getDefaultInstance(), Instant.EPOCH, "", Map.of());
        return Task.first(event, "hook", new RawRecord("u1", new byte[1], Map.of()));
    }

    @AfterEach
    void close() {
        answers.countDown();
        writers.close();
    }

    @Test
    void aLetterThatIsTooLargeGoesWithoutItsValueThoughItsTopicHasNoOtherRoom() throws InterruptedException {
        CountDownLatch safe = new CountDownLatch(1);
        assertThat(queue.deadLetter(task(), false, "planted", safe::countDown)).isEqualTo(Submission.ACCEPTED);
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        Submission next = Submission.ACCEPTED;
        while (next == Submission.ACCEPTED) {
            next = queue.deadLetter(task(), false, "planted", () -> {});
        }
        assertThat(next).isEqualTo(Submission.NO_ROOM);
        answers.countDown();
        assertThat(safe.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRetryThatIsTooLargeGoesToTheDeadLettersWithoutItsValue() throws InterruptedException {
        CountDownLatch safe = new CountDownLatch(1);
        answers.countDown();
        assertThat(queue.schedule(task(), Instant.EPOCH, "planted", safe::countDown))
                .isEqualTo(Submission.ACCEPTED);
        assertThat(safe.await(50, TimeUnit.SECONDS)).isTrue();
    }
}
