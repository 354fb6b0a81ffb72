package io.mics.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends one record after another by clients of its own, without waiting for brokers that are away. */
public final class KafkaSingleSender implements AutoCloseable {
    private final KafkaClients clients;
    private final KafkaTopics topics;

    private KafkaSingleSender(KafkaProducerSettings settings) {
        this.clients = KafkaClients.open(settings);
        this.topics = new KafkaTopics(settings);
    }

    /**
     * A sender that is used for a while and closed.
     *
     * @throws org.apache.kafka.common.KafkaException the settings make no client
     */
    public static KafkaSingleSender open(KafkaProducerSettings settings) {
        return new KafkaSingleSender(settings);
    }

    /**
     * Makes sure that a topic can be sent to; blocks until it is known.
     *
     * @throws org.apache.kafka.common.KafkaException it cannot
     */
    public void ensure(String topic) throws InterruptedException {
        topics.ensure(clients, topic);
    }

    /** Sends a record and waits; says whether its topic has taken it. */
    public boolean send(ProducerRecord<String, byte[]> record) throws InterruptedException {
        try {
            long bytes = record.value() == null ? 0 : record.value().length;
            clients.producer(bytes).send(record).get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
