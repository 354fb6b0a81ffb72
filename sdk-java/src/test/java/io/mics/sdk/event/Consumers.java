package io.mics.sdk.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The consumers of one test, closed with it. */
final class Consumers implements AutoCloseable {
    private final EventBroker kafka;
    private final RejectedHandler onRejected;
    private final List<KafkaEventConsumer> started = new ArrayList<>();

    Consumers(EventBroker kafka, RejectedHandler onRejected) {
        this.kafka = kafka;
        this.onRejected = onRejected;
    }

    /** Of one tenant, in a group of its name, impatient. */
    KafkaEventConsumer.Builder of(String tenant, EventHandler handler) {
        return KafkaEventConsumer.builder(handler)
                .bootstrapServers(kafka.bootstrapServers())
                .group(tenant)
                .tenants(tenant)
                .secret(EventBroker.SECRET)
                .property("heartbeat.interval.ms", "200")
                .backoff(Duration.ofMillis(20), Duration.ofMillis(40))
                .onRejected(onRejected);
    }

    KafkaEventConsumer start(KafkaEventConsumer.Builder builder) {
        KafkaEventConsumer consumer = builder.start();
        started.add(consumer);
        return consumer;
    }

    /** What {@code decodesAllFiveTypesFieldByField} sent. */
    static Envelope envelope(int offset) {
        return new Envelope(
                "node-1-5-" + offset,
                new Position(EventBroker.topic("types"), 0, offset),
                "types",
                "u1",
                "d1",
                "m1",
                1_700_000_000_004L,
                "node-1",
                "tr-5",
                "00-aa-bb-01",
                "7",
                offset < 2 ? EventBroker.session("node-1-5-" + offset) : "");
    }

    static List<String> ids(List<Event> events) {
        return new ArrayList<>(events.stream().map(e -> e.envelope().msgId()).toList());
    }

    static List<String> identities(List<Event> events) {
        return events.stream().map(e -> e.envelope().identity()).toList();
    }

    @Override
    public void close() {
        started.forEach(KafkaEventConsumer::close);
    }
}
