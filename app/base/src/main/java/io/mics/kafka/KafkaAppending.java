package io.mics.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends records whose senders want to know for sure whether a topic may have them. */
public interface KafkaAppending {
    /** Why no broker answers, as far as is known; empty when one does. */
    Optional<String> unavailable();

    /** Waits while no broker answers; then says why {@code topic} cannot be sent to now, if it cannot. */
    Optional<String> awaitTopic(String topic) throws InterruptedException;

    /**
     * Sends records of one topic together, or fails at once while no broker answers; every record is settled when it
     * returns, which takes as long as the producer tries. What failed is undecided where the topic may have it.
     */
    KafkaSending.Round sendNow(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException;

    /**
     * The same for at most {@code most}, and no longer than until no broker answers: what is not settled by then is
     * undecided, and the producer goes on with it.
     */
    KafkaSending.Round sendNow(String topic, List<ProducerRecord<String, byte[]>> records, Duration most)
            throws InterruptedException;
}
