package io.mics.event.kafka;

/**
 * The topics of durable conversations: templates with {@code {tenant}} in them. Each has dead letters under its name
 * with {@code -dlq} at its end.
 *
 * @param upstream  messages that are accepted, before they are stored
 * @param persisted messages that are stored; post-send hooks are notified from there
 * @param fanout    messages of large groups that are still to be distributed
 */
public record KafkaConversationTopics(String upstream, String persisted, String fanout) {
    /** The usual names. */
    public static final KafkaConversationTopics DEFAULTS = new KafkaConversationTopics(
            "im-mics-{tenant}-upstream", "im-mics-{tenant}-persisted", "im-mics-{tenant}-fanout");
}
