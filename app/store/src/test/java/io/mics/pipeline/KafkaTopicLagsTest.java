package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaTopicLagsTest {
    private final Set<String> tenants = new HashSet<>(List.of("t1", "t2"));
    private final Metrics metrics = new Metrics();
    private final KafkaTopicLags lags = new KafkaTopicLags(Metric.PIPELINE_LAG, metrics, tenants::contains);

    private static TopicPartition partition(String topic, int number) {
        return new TopicPartition(topic, number);
    }

    @Test
    void thePartitionsOfATenantAddUpUntilTheyAreAnotherNodes() {
        lags.put("t1", partition("a", 0), 5);
        lags.put("t1", partition("a", 1), 7);
        lags.put("t1", partition("a", 1), 6);
        lags.put("t2", partition("b", 0), 9);
        assertThat(lags.of("t1")).isEqualTo(11);
        lags.remove(partition("a", 0));
        assertThat(lags.of("t1")).isEqualTo(6);
        assertThat(lags.of("t2")).isEqualTo(9);
    }

    @Test
    void ofARemovedTenantNothingIsCountedThoughItsTopicIsStillReadUntilItIsBack() {
        lags.put("t1", partition("a", 0), 5);
        tenants.remove("t1");
        lags.put("t1", partition("a", 0), 6);
        assertThat(lags.of("t1")).isZero();
        metrics.forget("t1");
        lags.put("t1", partition("a", 0), 7);
        assertThat(lags.of("t1")).isZero();
        tenants.add("t1");
        lags.put("t1", partition("a", 0), 8);
        assertThat(lags.of("t1")).isEqualTo(8);
    }
}
