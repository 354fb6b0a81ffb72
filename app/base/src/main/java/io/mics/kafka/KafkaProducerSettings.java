package io.mics.kafka;

import java.time.Duration;

/**
 * How records are produced.
 *
 * @param block          how long a send may wait for a topic's metadata or for memory
 * @param delivery       how long the producer itself tries a record, over reconnects, in order
 * @param createTopics   whether missing topics are created
 * @param maxRecordBytes of one record
 */
public record KafkaProducerSettings(
        KafkaConnection connection, Duration block, Duration delivery, boolean createTopics, int maxRecordBytes) {}
