package io.mics.kafka;

import java.time.Duration;

/**
 * How brokers are reached. Names no class of the client library: settings are read where there is no Kafka too.
 *
 * @param bootstrapServers {@code host:port} list
 * @param security         how to log in
 * @param node             this node's name, part of its clients' names
 * @param request          how long one request to a broker may take
 */
public record KafkaConnection(String bootstrapServers, KafkaSecurity security, String node, Duration request) {}
