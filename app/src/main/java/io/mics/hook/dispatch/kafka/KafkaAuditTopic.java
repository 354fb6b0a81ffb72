package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaSending;
import io.mics.event.kafka.KafkaSending.Fate;
import io.mics.hook.point.HookAudit;
import io.mics.observe.Counter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topic of audit lines, keyed by tenant. A line is given up, and counted, when it failed three times while brokers
 * answer, or finds no room. While none answers lines wait, two thousand for each topic.
 */
public final class KafkaAuditTopic implements HookAudit.Topic {
    private static final int ATTEMPTS = 3;
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String template;
    private final Counter dropped;
    private volatile @Nullable KafkaWriters writers;

    /** Takes nothing yet; {@code template} names the topic, for each tenant when {@code {tenant}} is in it. */
    public KafkaAuditTopic(String template, Counter dropped) {
        this.template = template;
        this.dropped = dropped;
    }

    /** Sends by {@code sending} from now on, which outlives this. */
    public void open(KafkaSending sending) {
        writers = new KafkaWriters(sending, ATTEMPTS);
    }

    @Override
    public boolean offer(String tenant, String line) {
        KafkaWriters open = writers;
        return open != null
                && open.offer(
                        new ProducerRecord<>(
                                template.replace("{tenant}", tenant), tenant, line.getBytes(StandardCharsets.UTF_8)),
                        this::settled);
    }

    private void settled(Fate fate) {
        if (!(fate instanceof Fate.Arrived)) {
            dropped.increment();
        }
    }

    /** Gives what waits two seconds to leave, and counts what is left as dropped. */
    @Override
    public void close() {
        KafkaWriters open = writers;
        if (open == null) {
            return;
        }
        try {
            open.flush(FLUSH_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropped.add(open.size());
        open.close();
    }
}
