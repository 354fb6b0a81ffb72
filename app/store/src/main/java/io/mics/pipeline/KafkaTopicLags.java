package io.mics.pipeline;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records this node is behind in the topics of each tenant: a gauge from the first report of one of the
 * tenant's partitions until the tenant is removed, though its topics stay and are still read. Safe on any thread.
 */
final class KafkaTopicLags {
    private final Metric metric;
    private final Metrics metrics;
    private final Predicate<String> isTenant;
    private final ConcurrentMap<String, Map<TopicPartition, Long>> lags;

    /**
     * Lags that {@code metric} shows by tenant.
     *
     * @param isTenant whether a tenant is configured now; of others nothing is counted
     */
    KafkaTopicLags(Metric metric, Metrics metrics, Predicate<String> isTenant) {
        this.metric = metric;
        this.metrics = metrics;
        this.isTenant = isTenant;
        this.lags = metrics.mapPerTenant();
    }

    /** So many records of a partition are not settled. */
    void put(String tenant, TopicPartition partition, long records) {
        if (isTenant.test(tenant)) {
            lags.computeIfAbsent(tenant, this::ofTenant).put(partition, records);
        } else {
            Map<TopicPartition, Long> removed = lags.remove(tenant);
            if (removed != null) {
                removed.clear(); // what its gauge shows until its series end
            }
        }
    }

    private Map<TopicPartition, Long> ofTenant(String tenant) {
        Map<TopicPartition, Long> ofTenant = new ConcurrentHashMap<>();
        metrics.gauge(metric, () -> sum(ofTenant), tenant);
        return ofTenant;
    }

    private static long sum(Map<TopicPartition, Long> ofTenant) {
        return ofTenant.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A partition is another node's. */
    void remove(TopicPartition partition) {
        lags.values().forEach(ofTenant -> ofTenant.remove(partition));
    }

    /** Records of a tenant that are not settled, as far as is known. */
    long of(String tenant) {
        return sum(lags.getOrDefault(tenant, Map.of()));
    }
}
