package io.mics.sdk.hook.example;

import java.nio.file.Path;
import java.util.List;

/**
 * Where an {@link ExampleBackend} reads events, and where it keeps what users missed.
 *
 * @param bootstrapServers Kafka's, {@code host:port,host:port}
 * @param tenants whose events; empty means everybody's
 * @param topic how topics are called, with <code>{tenant}</code> in it
 * @param group the consumer group
 * @param folder created if need be; one process at a time may use it
 */
public record EventSettings(String bootstrapServers, List<String> tenants, String topic, String group, Path folder) {

    /**
     * Takes what is given.
     *
     * @throws IllegalArgumentException a topic without <code>{tenant}</code>
     */
    public EventSettings {
        if (!topic.contains("{tenant}")) {
            throw new IllegalArgumentException("HOOK_EVENT_TOPIC must contain {tenant}, is \"" + topic + "\"");
        }
        tenants = List.copyOf(tenants);
    }
}
