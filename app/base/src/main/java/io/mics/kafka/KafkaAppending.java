package io.mics.kafka;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends records whose senders want to know for sure whether a topic may have them. */
public interface KafkaAppending {
    /** Waits while no broker answers; then says why {@code topic} cannot be sent to now, if it cannot. */
    Optional<String> awaitTopic(String topic) throws InterruptedException;

    /**
     * Sends records of one topic together, or fails at once while no broker answers; every record is settled when it
     * returns, which takes as long as the producer tries. What failed is undecided where the topic may have it.
     */
    KafkaSending.Round sendNow(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException;
}
