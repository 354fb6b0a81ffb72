package io.mics.event.kafka;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.event.EventMeters;
import io.mics.event.QueueBudget;
import io.mics.event.TenantQueue;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Log;
import io.mics.observe.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Events in Kafka, each tenant's in its own topic, in order per user. Publishing is an enqueue; everything else happens
 * on the tenants' workers. What was accepted is delivered, dead-lettered, counted as dropped, or still queued.
 */
public final class KafkaEventLog implements EventLog {
    /** Bytes that both producers may hold. */
    public static long clientBytes(KafkaSettings settings) {
        return KafkaSender.memory(settings.producer());
    }

    private static final Log LOG = Log.of(KafkaEventLog.class);

    private final KafkaSettings settings;
    private final Function<String, Optional<String>> secrets;
    private final Supplier<Duration> flushTime;
    private final Metrics metrics;
    private final QueueBudget budget;
    private final KafkaSender sender;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, KafkaTenant> tenants = new ConcurrentHashMap<>();
    private final Set<KafkaTenant> leaving = ConcurrentHashMap.newKeySet();

    private KafkaEventLog(
            KafkaSettings settings,
            KafkaSender sender,
            Function<String, Optional<String>> secrets,
            Supplier<Duration> flushTime,
            Metrics metrics) {
        this.settings = settings;
        this.secrets = secrets;
        this.flushTime = flushTime;
        this.metrics = metrics;
        this.budget =
                new QueueBudget(settings.bounds().events(), settings.bounds().bytes());
        this.sender = sender;
    }

    /**
     * A log that sends by {@code sender}, which outlives it; events wait until brokers answer.
     *
     * @param secrets   a tenant's secret now, by its id; none when there is no such tenant any more
     * @param flushTime how long what is queued may take to leave at the end
     */
    public static KafkaEventLog open(
            KafkaSettings settings,
            KafkaSender sender,
            Function<String, Optional<String>> secrets,
            Supplier<Duration> flushTime,
            Metrics metrics) {
        KafkaEventLog log = new KafkaEventLog(settings, sender, secrets, flushTime, metrics);
        LOG.info(
                "kafka_configured",
                "topic",
                settings.topics().template(),
                "queueBytes",
                settings.bounds().bytes(),
                "producerBytes",
                KafkaSender.memory(settings.producer()));
        return log;
    }

    @Override
    public boolean publish(Event event) {
        KafkaTenant known = tenants.get(event.tenant());
        KafkaTenant tenant = known != null ? known : tenants.computeIfAbsent(event.tenant(), this::newTenant);
        return tenant.publish(event, numbers.incrementAndGet());
    }

    private KafkaTenant newTenant(String id) {
        KafkaSettings.Bounds bounds = settings.bounds();
        return new KafkaTenant(
                settings,
                id,
                new TenantQueue(bounds.eventsPerTenant(), bounds.bytesPerTenant(), budget),
                sender,
                new KafkaRecords(settings, id, () -> secrets.apply(id)),
                new EventMeters(metrics, id));
    }

    @Override
    public int queued(String tenant) {
        KafkaTenant known = tenants.get(tenant);
        return known == null ? 0 : known.queue().queued();
    }

    @Override
    public boolean topicMissing(String tenant) {
        return sender.isMissing(settings.topics().of(tenant));
    }

    @Override
    public Optional<String> unavailable() {
        Optional<String> cause = sender.unavailable();
        Set<String> missing = sender.missingTopics();
        if (cause.isEmpty() && !missing.isEmpty()) {
            cause = Optional.of("no topic "
                    + missing.stream().sorted().findFirst().orElse("") + " (" + missing.size() + " missing in all)");
        }
        return cause.map(words -> "events wait: " + words);
    }

    /** Forgets a tenant; what is queued of it still leaves. */
    @Override
    public void forget(String tenant) {
        leaving.removeIf(gone -> gone.queue().queued() == 0);
        KafkaTenant removed = tenants.remove(tenant);
        if (removed != null && removed.queue().queued() > 0) {
            leaving.add(removed);
        }
    }

    /** Refuses new events, gives those queued their time to leave, and counts what is left as dropped. */
    @Override
    public void close() {
        List<KafkaTenant> all =
                Stream.concat(tenants.values().stream(), leaving.stream()).toList();
        long end = System.nanoTime() + flushTime.get().toNanos();
        try {
            all.forEach(tenant -> tenant.queue().close());
            for (KafkaTenant tenant : all) {
                tenant.queue().awaitEmpty(end - System.nanoTime());
            }
            int left = 0;
            for (KafkaTenant tenant : all) {
                left += tenant.stop();
            }
            if (left > 0) {
                LOG.error(
                        "events_lost",
                        null,
                        "events",
                        left,
                        "cause",
                        unavailable().orElse("no time left"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
