package io.mics.hook.dispatch.kafka;

import io.mics.hook.record.HookAudit;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The topic of audit lines, keyed by tenant. A line is given up, and counted, when it failed three times while brokers
 * answer, or finds no room; the log says why, once in 5 s at most. While none answers, two thousand lines wait for each
 * topic.
 */
public final class KafkaAuditTopic implements HookAudit.Topic {
    private static final Log LOG = Log.of(KafkaAuditTopic.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);
    private static final int ATTEMPTS = 3;
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String template;
    private final Counter dropped;
    private final AtomicLong nextLog = new AtomicLong(System.nanoTime());
    private final KafkaWriters writers;

    /** Bytes of lines that wait for Kafka, in this process. */
    public static long mostBytes() {
        return KafkaWriters.mostBytes();
    }

    /**
     * The topic that {@code template} names, for each tenant when {@code {tenant}} is in it.
     *
     * @param sending outlives this
     */
    public KafkaAuditTopic(String template, KafkaSending sending, Counter dropped) {
        this.template = template;
        this.writers = new KafkaWriters(sending, ATTEMPTS);
        this.dropped = dropped;
    }

    @Override
    public boolean enqueue(String tenant, String line) {
        return writers.enqueue(
                new ProducerRecord<>(
                        template.replace("{tenant}", tenant), tenant, line.getBytes(StandardCharsets.UTF_8)),
                this::settled);
    }

    private void settled(Fate fate) {
        switch (fate) {
            case Fate.Arrived arrived -> {}
            case Fate.TooLarge large -> lost(large.cause());
            case Fate.Failed failed -> lost(failed.cause());
        }
    }

    private void lost(String cause) {
        dropped.increment();
        long now = System.nanoTime();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn("audit_lines_lost", "topic", template, "cause", cause);
        }
    }

    /** Gives what waits two seconds to leave, and counts what is left as dropped. */
    @Override
    public void close() {
        try {
            writers.flush(FLUSH_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropped.add(writers.size());
        writers.close();
    }
}
