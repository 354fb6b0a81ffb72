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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * To the tenants' persisted topics, by conversation, again and again until they are there. One that is too large goes
 * without its body.
 */
public final class KafkaPersistedEvents implements PersistedEvents, AutoCloseable {
    private static final Log LOG = Log.of(KafkaPersistedEvents.class);
    private static final long ROOM_PAUSE_MILLIS = 5;
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
        enqueue(record(message, stored, repeated, value), fate -> {
            switch (fate) {
                case Fate.Arrived arrived -> safe.run();
                case Fate.Failed failed ->
                    LOG.warn("persisted_event_lost", "tenant", message.tenant(), "cause", failed.cause());
                case Fate.TooLarge large -> withoutBody(message, stored, repeated, safe);
            }
        });
    }

    /** On the writer's thread, which does not wait for room: it makes it. */
    private void withoutBody(NewMessage message, StoredMessage stored, boolean repeated, Runnable safe) {
        byte[] value = PersistedEventCodec.write(message.tenant(), stored, false);
        boolean taken = writers.enqueue(record(message, stored, repeated, value), fate -> {
            if (!(fate instanceof Fate.Arrived)) {
                LOG.warn("persisted_event_lost", "tenant", message.tenant(), "cause", fate.cause());
            }
            safe.run();
        });
        if (!taken) {
            LOG.warn("persisted_event_lost", "tenant", message.tenant(), "cause", "too large, and no room");
            safe.run();
        }
    }

    private void enqueue(ProducerRecord<String, byte[]> record, Consumer<Fate> done) throws InterruptedException {
        while (!writers.enqueue(record, done)) {
            TimeUnit.MILLISECONDS.sleep(ROOM_PAUSE_MILLIS);
        }
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
