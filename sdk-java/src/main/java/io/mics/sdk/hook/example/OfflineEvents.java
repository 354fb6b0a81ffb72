package io.mics.sdk.hook.example;

import io.mics.sdk.event.Event;
import io.mics.sdk.event.EventSecrets;
import io.mics.sdk.event.KafkaEventConsumer;

/** Keeps what users missed: every OFFLINE_MESSAGE event is on disk before it is committed. */
final class OfflineEvents {
    private OfflineEvents() {}

    /**
     * Starts reading; the caller closes it. The only place that needs the Kafka client.
     *
     * @throws IllegalStateException the Kafka client is not there
     */
    static AutoCloseable start(EventSettings settings, EventSecrets secrets, MissedMessages missed) {
        try {
            return consumer(settings, secrets, missed).start();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException("to read events, put kafka-clients on the class path", e);
        }
    }

    private static KafkaEventConsumer.Builder consumer(
            EventSettings settings, EventSecrets secrets, MissedMessages missed) {
        KafkaEventConsumer.Builder builder = KafkaEventConsumer.builder(event -> {
                    if (event instanceof Event.OfflineMessage message) {
                        missed.store(message);
                    }
                })
                .bootstrapServers(settings.bootstrapServers())
                .group(settings.group())
                .topic(settings.topic())
                .secrets(secrets);
        if (settings.tenants().isEmpty()) {
            builder.allTenants();
        } else {
            builder.tenants(settings.tenants().toArray(String[]::new));
        }
        return builder;
    }
}
