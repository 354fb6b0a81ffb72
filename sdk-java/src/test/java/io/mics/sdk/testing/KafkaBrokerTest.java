package io.mics.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaBrokerTest {
    @Test
    void keepsWhatItAcknowledgedThroughAKill() throws Exception {
        try (KafkaBroker broker = KafkaBroker.running()) {
            try (Admin admin = broker.admin()) {
                admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty())))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                    new StringSerializer(),
                    new StringSerializer())) {
                assertThat(producer.send(new ProducerRecord<>("t", "k", "v"))
                                .get()
                                .offset())
                        .isZero();
                broker.kill();
                broker.start();
                assertThat(producer.send(new ProducerRecord<>("t", "k", "v"))
                                .get()
                                .offset())
                        .isEqualTo(1);
            }
        }
    }
}
