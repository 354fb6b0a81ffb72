package io.mics.event.kafka;

import io.mics.event.Event;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.EventType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A Kafka event log with its own counts. */
final class TestLog implements AutoCloseable {
    static final String SECRET = "dev-secret-t1";

    final Metrics metrics = new Metrics();
    final AtomicReference<Optional<String>> secret = new AtomicReference<>(Optional.of(SECRET));
    final KafkaEventLog log;
    private final KafkaSender sender;
    private volatile Duration flushTime = Duration.ofSeconds(5);

    private TestLog(KafkaSettings settings) {
        sender = KafkaSender.open(settings.producer());
        log = KafkaEventLog.open(settings, sender, tenant -> secret.get(), () -> flushTime, metrics);
    }

    static TestLog of(KafkaSettings settings) {
        return new TestLog(settings);
    }

    /** Settings with little patience. */
    static KafkaSettings settings(String servers, boolean create, int attempts) {
        return settings(servers, create, attempts, 10_000);
    }

    static KafkaSettings settings(String servers, boolean create, int attempts, int eventsPerTenant) {
        return new KafkaSettings(
                servers,
                KafkaSecurity.NONE,
                "node-1",
                7,
                new KafkaSettings.Topics("im-mics-{tenant}-event", create, 1 << 20),
                new KafkaSettings.Bounds(50_000, 0, eventsPerTenant, 64 << 20),
                attempts,
                Duration.ofMillis(5),
                new KafkaSettings.Timing(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(200)));
    }

    /** These settings for brokers that ask who we are. */
    static KafkaSettings secured(KafkaSettings s, KafkaSecurity security) {
        return new KafkaSettings(
                s.bootstrapServers(),
                security,
                s.node(),
                s.epoch(),
                s.topics(),
                s.bounds(),
                s.maxAttempts(),
                s.backoff(),
                s.timing());
    }

    /** These settings, with records of up to so many bytes. */
    static KafkaSettings large(KafkaSettings s, int maxRecord) {
        return new KafkaSettings(
                s.bootstrapServers(),
                s.security(),
                s.node(),
                s.epoch(),
                new KafkaSettings.Topics(s.topics().template(), s.topics().create(), maxRecord),
                s.bounds(),
                s.maxAttempts(),
                s.backoff(),
                s.timing());
    }

    /** These settings, but a record outlives a broker's restart. */
    static KafkaSettings patient(KafkaSettings s) {
        KafkaSettings.Timing timing = new KafkaSettings.Timing(
                s.timing().block(),
                s.timing().request(),
                Duration.ofSeconds(40),
                s.timing().parked());
        return new KafkaSettings(
                s.bootstrapServers(),
                s.security(),
                s.node(),
                s.epoch(),
                s.topics(),
                s.bounds(),
                s.maxAttempts(),
                s.backoff(),
                timing);
    }

    boolean publish(Event event) {
        return log.publish(event);
    }

    TestLog flushingFor(Duration time) {
        flushTime = time;
        return this;
    }

    long published(String tenant) {
        return ofEveryType(Metric.MQ_PUBLISHED, tenant, "event");
    }

    long dead(String tenant) {
        return ofEveryType(Metric.MQ_DLQ, tenant);
    }

    long failed(String tenant) {
        return ofEveryType(Metric.MQ_FAILED, tenant, "event");
    }

    long dropped(String tenant, String reason) {
        return metrics.counter(Metric.MQ_DROPPED, tenant, reason).value();
    }

    /** Of what was accepted. */
    long dropped(String tenant) {
        return dropped(tenant, "last_resort_full")
                + dropped(tenant, "dead_letter_failed")
                + dropped(tenant, "internal_error")
                + dropped(tenant, "shutdown");
    }

    private long ofEveryType(Metric metric, String tenant, String... topic) {
        long sum = 0;
        for (EventType type : EventType.values()) {
            if (type != EventType.UNRECOGNIZED) {
                String label = io.mics.event.EventMeters.label(type);
                sum += topic.length == 0
                        ? metrics.counter(metric, tenant, label).value()
                        : metrics.counter(metric, tenant, topic[0], label).value();
            }
        }
        return sum;
    }

    @Override
    public void close() {
        log.close();
        sender.close();
    }
}
