package io.mics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaGroupMemberTest {
    private final List<Collection<TopicPartition>> revoked = new ArrayList<>();

    private final class Recording implements KafkaTasks<String> {
        @Override
        public Decoder<String> decoder(String topic) {
            return record -> List.of();
        }

        @Override
        public boolean isAtMostOnce(String task) {
            return false;
        }

        @Override
        public boolean submit(String task, Runnable settled) {
            return true;
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            revoked.add(partitions);
        }
    }

    @Test
    void partitionsThatGoToOthersAreGivenUpTogether() {
        List<TopicPartition> both = List.of(new TopicPartition("a", 0), new TopicPartition("a", 1));
        try (MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest")) {
            KafkaGroupMember<String> member = new KafkaGroupMember<>(
                    consumer, new KafkaGroup("g", Pattern.compile("a"), KafkaGroup.Timing.DEFAULT), new Recording());
            member.onPartitionsRevoked(both);
            member.onPartitionsLost(both);
        }
        assertThat(revoked).containsExactly(both, both);
    }
}
