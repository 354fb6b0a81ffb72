package io.mics.pipeline;

import io.mics.concurrent.HeapShare;
import io.mics.conversation.NewMessage;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.kafka.PersistedEventCodec;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
import io.mics.observe.Log;
import io.mics.observe.TraceId;
import io.mics.protocol.StoredMessage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * To the tenants' persisted topics, by conversation, again and again until they are there. One that is too large goes
 * without its body.
 */
public final class KafkaPersistedEvents implements PersistedEvents, AutoCloseable {
    private static final Log LOG = Log.of(KafkaPersistedEvents.class);
    private static final int TRACE_CHARS = 32;
    private static final long MOST_BYTES = HeapShare.atMost(32L << 20, 1);

    private final KafkaWriters writers;
    private final String template;

    /** Events in the topics that {@code template} names; {@code sending} outlives this. */
    public KafkaPersistedEvents(KafkaSending sending, String template) {
        this.writers = new KafkaWriters(sending, 0, MOST_BYTES);
        this.template = template;
    }

    /** Bytes of events that wait at most, in this process. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    @Override
    public void publish(NewMessage message, StoredMessage stored, boolean repeated, Runnable safe)
            throws InterruptedException {
        byte[] value = PersistedEventCodec.write(message.tenant(), stored, true);
        writers.put(
                record(message, stored, repeated, value),
                () -> record(message, stored, repeated, PersistedEventCodec.write(message.tenant(), stored, false)),
                fate -> {
                    if (!(fate instanceof Fate.Arrived)) {
                        LOG.warn("persisted_event_lost", "tenant", message.tenant(), "cause", fate.cause());
                    }
                    if (!(fate instanceof Fate.Failed)) {
                        safe.run();
                    }
                });
    }

    private ProducerRecord<String, byte[]> record(
            NewMessage message, StoredMessage stored, boolean repeated, byte[] value) {
        Headers headers = new RecordHeaders();
        KafkaHookHeaders.put(headers, KafkaHookHeaders.EVENT, PersistedEventCodec.PERSISTED);
        KafkaHookHeaders.put(headers, KafkaHookHeaders.IDENTITY, Long.toString(stored.messageId()));
        if (repeated) {
            KafkaHookHeaders.put(headers, KafkaHookHeaders.REPEATED, "true");
        }
        if (message.traceId().length() == TRACE_CHARS) {
            KafkaHookHeaders.put(headers, KafkaHookHeaders.TRACEPARENT, TraceId.traceparent(message.traceId()));
        }
        String topic = KafkaHookTopics.of(template, message.tenant());
        return new ProducerRecord<>(topic, null, stored.conversation().id(), value, headers);
    }

    @Override
    public void flush(long nanos) throws InterruptedException {
        writers.flush(nanos);
    }

    @Override
    public void close() {
        writers.close();
    }
}
