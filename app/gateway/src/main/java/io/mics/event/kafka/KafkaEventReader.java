package io.mics.event.kafka;

import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSecurity.Mechanism;
import io.mics.kafka.KafkaSecurity.Protocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what is said of Kafka: which key has which default and which range. */
final class KafkaEventReader {
    private static final Pattern SERVER = Pattern.compile("([A-Za-z0-9_.-]+|\\[[A-Fa-f0-9:.]+]):(\\d{1,5})");
    static final String NO_PLAIN_TOPIC = "is not 1 to 180 of A-Z a-z 0-9 . _ -, with {tenant} in it or without";

    private static final Pattern PLAIN_TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]+");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]*\\{tenant}[A-Za-z0-9._-]*");
    private static final int TOPIC_CHARS = 180;
    private static final String NO_TOPIC = "is not 1 to 180 of A-Z a-z 0-9 . _ - with {tenant} in it";
    private static final List<String> PROTOCOLS =
            Arrays.stream(Protocol.values()).map(Protocol::name).toList();
    /** What the brokers' clients and what is in flight to them need, in percent of what may grow. */
    private static final int PERCENT = 45;

    private static final Duration DAY = Duration.ofDays(1);
    private static final int MANY = Integer.MAX_VALUE;

    private KafkaEventReader() {}

    static KafkaEventSettings read(Section s, SettingsReading reading) {
        KafkaEventSettings settings = read(s, reading.heap());
        reading.setApart(settings.isConfigured() ? PERCENT : 0);
        return settings;
    }

    private static KafkaEventSettings read(Section s, long heap) {
        String topic = topic(s, "topic", "im-mics-{tenant}-event");
        Map<String, String> taken = new HashMap<>();
        taken.put(topic, "topic");
        taken.put(KafkaHookTopics.deadLettersOf(topic), "dead letters of topic");
        KafkaHookTopics hookTopics = hookTopics(s.section("hook-topics"), taken);
        return new KafkaEventSettings(
                s.string("bootstrap-servers", "", KafkaEventReader::areServers, "is not host:port,host:port"),
                security(s.section("security")),
                topic,
                hookTopics,
                conversationTopics(s.section("conversation-topics"), taken),
                s.bool("create-topics", true),
                s.integer("max-attempts", 3, 0, 1_000),
                s.integer("queue-capacity", 50_000, 0, MANY),
                s.bytes("queue-bytes", heap / 10, 0, Long.MAX_VALUE, heap),
                s.integer("max-pending-per-tenant", 10_000, 0, MANY),
                s.bytes("max-pending-bytes-per-tenant", 64L << 20, 0, Long.MAX_VALUE, heap),
                s.duration("retry-backoff", Duration.ofMillis(50), Duration.ZERO, DAY));
    }

    private static KafkaHookTopics hookTopics(Section s, Map<String, String> taken) {
        KafkaHookTopics usual = KafkaHookTopics.DEFAULTS;
        KafkaHookTopics topics = new KafkaHookTopics(
                topic(s, "delivery", usual.delivery()),
                topic(s, "recall", usual.recall()),
                topic(s, "retry", usual.retry()),
                topic(s, "dead-letter", usual.dead()));
        taken.put(KafkaHookTopics.deadLettersOf(topics.delivery()), "dead letters of delivery");
        taken.put(KafkaHookTopics.deadLettersOf(topics.recall()), "dead letters of recall");
        take(s, "delivery", topics.delivery(), taken);
        take(s, "recall", topics.recall(), taken);
        take(s, "retry", topics.retry(), taken);
        take(s, "dead-letter", topics.dead(), taken);
        return topics;
    }

    private static KafkaConversationTopics conversationTopics(Section s, Map<String, String> taken) {
        KafkaConversationTopics usual = KafkaConversationTopics.DEFAULTS;
        KafkaConversationTopics topics = new KafkaConversationTopics(
                topic(s, "upstream", usual.upstream()),
                topic(s, "persisted", usual.persisted()),
                topic(s, "fanout", usual.fanout()));
        for (String name : List.of(topics.upstream(), topics.persisted(), topics.fanout())) {
            taken.putIfAbsent(KafkaHookTopics.deadLettersOf(name), "dead letters of " + name);
        }
        take(s, "upstream", topics.upstream(), taken);
        take(s, "persisted", topics.persisted(), taken);
        take(s, "fanout", topics.fanout(), taken);
        return topics;
    }

    /** Two of the same name would send readers each other's records. */
    private static void take(Section s, String key, String topic, Map<String, String> taken) {
        String other = taken.putIfAbsent(topic, key);
        if (other != null) {
            s.reject(key, "has the name of another, " + other);
        }
    }

    /** Whether {@code topic}, a template or plain, is where something else is written for a tenant or all. */
    static boolean isTaken(String topic, KafkaEventSettings kafka) {
        KafkaHookTopics hooks = kafka.hookTopics();
        KafkaConversationTopics conversations = kafka.conversationTopics();
        return Stream.concat(
                        Stream.of(hooks.retry(), hooks.dead()),
                        Stream.of(
                                        kafka.topic(),
                                        hooks.delivery(),
                                        hooks.recall(),
                                        conversations.upstream(),
                                        conversations.persisted(),
                                        conversations.fanout())
                                .flatMap(of -> Stream.of(of, KafkaHookTopics.deadLettersOf(of))))
                .anyMatch(other -> other.equals(topic)
                        || KafkaHookTopics.pattern(other).matcher(topic).matches());
    }

    private static String topic(Section s, String key, String usual) {
        return s.string(key, usual, KafkaEventReader::isTopic, NO_TOPIC);
    }

    /** What a protocol does not use is a problem: whoever gives a password wants it asked for. */
    private static KafkaSecurity security(Section s) {
        KafkaSecurity security = new KafkaSecurity(
                Protocol.valueOf(oneOf(s, "protocol", PROTOCOLS)),
                Mechanism.of(oneOf(s, "sasl-mechanism", Mechanism.labels())),
                s.string("username", ""),
                s.string("password", ""),
                s.string("trust", ""),
                s.string("certificate", ""),
                s.string("key", ""));
        boolean login = security.protocol().login();
        needed(s, "username", security.username(), login, login);
        needed(s, "password", security.password(), login, login);
        boolean tls = security.protocol().tls();
        boolean shown = !security.certificate().isEmpty() || !security.key().isEmpty();
        file(s, "trust", security.trust(), tls, false);
        file(s, "certificate", security.certificate(), tls, shown);
        file(s, "key", security.key(), tls, shown);
        return security;
    }

    private static String oneOf(Section s, String key, List<String> names) {
        String first = names.getFirst();
        String given = s.string(
                key, first, name -> name.isEmpty() || names.contains(name), "is none of " + String.join(", ", names));
        return given.isEmpty() ? first : given;
    }

    private static void needed(Section s, String key, String value, boolean used, boolean needed) {
        if (!value.isEmpty() && !used) {
            s.reject(key, "is not used with this kafka.security.protocol");
        } else if (value.isEmpty() && needed) {
            s.reject(key, "is missing");
        }
    }

    private static void file(Section s, String key, String file, boolean used, boolean needed) {
        if (used && !file.isEmpty() && !Files.isReadable(Path.of(file))) {
            s.reject(key, "is not a file that can be read");
        } else {
            needed(s, key, file, used, used && needed);
        }
    }

    private static boolean areServers(String text) {
        return text.isEmpty()
                || Arrays.stream(text.split(",", -1))
                        .map(server -> SERVER.matcher(server.strip()))
                        .allMatch(m -> m.matches() && Integer.parseInt(m.group(2)) <= 65_535);
    }

    /** Nothing, or a topic of one tenant or of all. */
    static boolean isPlainTopic(String text) {
        return text.isEmpty()
                || isTopic(text)
                || (text.length() <= TOPIC_CHARS && PLAIN_TOPIC.matcher(text).matches());
    }

    private static boolean isTopic(String text) {
        return text.length() <= TOPIC_CHARS && TOPIC.matcher(text).matches();
    }
}
