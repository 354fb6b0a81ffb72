package io.mics.event.kafka;

import io.mics.event.QueuedEvent;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event's record and how often sending it failed.
 *
 * @param givenUp why it is not tried again; nothing while it is
 */
record KafkaAttempt(
        QueuedEvent queued,
        ProducerRecord<String, byte[]> record,
        int attempts,
        @Nullable GivenUp givenUp) {
    /** Why an event goes to the dead letters. */
    record GivenUp(String cause, boolean tooLarge) {}

    static KafkaAttempt first(QueuedEvent queued, ProducerRecord<String, byte[]> record) {
        return new KafkaAttempt(queued, record, 0, null);
    }

    KafkaAttempt failedOnceMore() {
        return new KafkaAttempt(queued, record, attempts + 1, null);
    }

    KafkaAttempt givenUp(String cause, boolean tooLarge) {
        return new KafkaAttempt(queued, record, attempts, new GivenUp(cause, tooLarge));
    }
}
