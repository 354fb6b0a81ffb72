package io.mics;

import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaCheckup;
import io.mics.node.PipelineCheckup;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.Role;
import io.mics.pipeline.wal.RedisWriteAheadLog;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisSettings;
import io.mics.store.StoreSettings;
import io.mics.store.engine.StoreCheckup;
import io.mics.store.engine.StoreCheckup.Result;
import io.mics.store.schema.Schema;
import io.mics.tenant.DurableSettings;
import io.mics.tenant.TenantConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the doctor looks at where messages are stored: the database, the log in front of it, and who stores. */
final class DurableCheck {
    /** A commit that takes longer is what acknowledgements wait for. */
    private static final Duration SLOW = Duration.ofMillis(50);

    private static final String URL = "store.url";
    private static final String FOLDER = "store.folder";

    private final NodeConfig config;
    private final List<TenantConfig> durable;
    private final Doctor doctor;

    DurableCheck(NodeConfig config, Doctor doctor) {
        this.config = config;
        this.doctor = doctor;
        this.durable = config.tenants().playground()
                ? List.of()
                : config.tenants().all().stream()
                        .filter(tenant -> tenant.settings().isDurable())
                        .toList();
    }

    /** Looks at the store, if this node opens one, else for a node that does. */
    void store(ClockCheck clock) {
        StoreSettings settings = config.get(StoreSettings.SECTION);
        boolean stores = config.node().is(Role.PIPELINE);
        boolean cluster = config.get(RedisSettings.SECTION).isConfigured();
        if (stores && !durable.isEmpty() && settings.address().isEmpty() && cluster) {
            doctor.fail(
                    URL,
                    "is empty: with Redis configured there may be other nodes, which share no file",
                    "name a PostgreSQL that all nodes use");
        } else if (stores && (!durable.isEmpty() || settings.address().isPresent())) {
            look(settings, clock);
        } else if (!stores && !durable.isEmpty()) {
            pipeline();
        }
    }

    /** Looks whether the write-ahead log of those tenants that have one can be used. */
    void writeAheadLog() {
        Optional<TenantConfig> tenant = durable.stream()
                .filter(it -> it.settings().durable().wal() != DurableSettings.Wal.OFF)
                .findFirst();
        if (tenant.isEmpty()) {
            return;
        }
        String key = "tenants." + tenant.get().id() + ".durable.wal";
        if (!(RedisAddress.parse(config.get(RedisSettings.SECTION).uri()) instanceof RedisAddress.Parsed.Valid redis)
                || !config.get(KafkaEventSettings.SECTION).isConfigured()) {
            doctor.fail(
                    key,
                    "is not off, which takes redis.uri, to write to, and kafka.bootstrap-servers, to write ahead of",
                    "turn it off, or set both");
            return;
        }
        RedisWriteAheadLog.unsafe(redis.address())
                .ifPresentOrElse(
                        how -> doctor.warn(
                                key,
                                how + ", so that the write-ahead log is not used",
                                "set appendonly yes, appendfsync always and maxmemory-policy noeviction there"),
                        () -> doctor.ok(key, "Redis writes to its disk before it answers"));
    }

    private void look(StoreSettings settings, ClockCheck clock) {
        switch (StoreCheckup.of(settings)) {
            case Result.Unusable unusable -> doctor.fail(unusable.key(), unusable.how(), "correct " + unusable.key());
            case Result.Postgres found -> {
                clock.database(found);
                String what = found.shown() + " is PostgreSQL " + found.version();
                found.unsafe().ifPresent(how -> doctor.warn(URL, found.shown() + ": " + how, "set fsync = on there"));
                schema(URL, what, found.schema(), found.commit());
                slow(URL, found.commit());
            }
            case Result.Folder found -> {
                String what = "'" + found.folder() + "' " + (found.there() ? "has a database" : "will have a database");
                schema(FOLDER, what, found.schema(), found.commit());
                slow(FOLDER, found.commit());
            }
            case Result.FolderInUse inUse ->
                doctor.warn(
                        FOLDER,
                        "'" + inUse.folder() + "' is in use by another process",
                        "nothing, if it is this server that runs; else stop what has it, or set another " + FOLDER);
        }
    }

    private void schema(String key, String what, Schema.State schema, Duration commit) {
        String time = String.format(Locale.ROOT, "a commit takes %.1f ms", commit.toNanos() / 1e6);
        switch (schema) {
            case Schema.State.Current current ->
                doctor.ok(key, what + ", schema version " + current.version() + "; " + time);
            case Schema.State.Pending pending -> pending(key, what, pending, time);
            case Schema.State.Unusable unusable ->
                doctor.fail(
                        key, what + ", and " + unusable.how(), "start a release that knows it, or restore a backup");
        }
    }

    private void pending(String key, String what, Schema.State.Pending pending, String time) {
        if (pending.from().isEmpty()) {
            doctor.ok(key, what + ", where the next start makes the schema; " + time);
        } else {
            doctor.warn(
                    key,
                    what + ", schema version " + pending.from() + ", which the next start brings to " + pending.to()
                            + ": after that, releases before this one do not start; " + time,
                    "back it up before that start");
        }
    }

    private void slow(String key, Duration commit) {
        if (commit.compareTo(SLOW) > 0) {
            doctor.warn(
                    key,
                    "a commit takes " + commit.toMillis() + " ms, and whoever sends a message waits for one",
                    "put it on a faster disk, or onto a database that is nearer");
        }
    }

    /** Whether a node with the role {@code pipeline} answers this one, which has not. */
    private void pipeline() {
        String fix = "start a node with the role pipeline, which gateways reach at its public-endpoint";
        if (!(RedisAddress.parse(config.get(RedisSettings.SECTION).uri()) instanceof RedisAddress.Parsed.Valid redis)
                || !config.get(KafkaEventSettings.SECTION).isConfigured()) {
            doctor.fail(
                    "roles",
                    "is without pipeline, and some tenant's messages are durable: that takes redis.uri and"
                            + " kafka.bootstrap-servers",
                    "add pipeline to roles, or set both");
            return;
        }
        String tenant = durable.getFirst().id();
        switch (PipelineCheckup.of(config, redis.address(), tenant)) {
            case PipelineCheckup.Result.Answers answers ->
                doctor.ok("roles", "without pipeline, which another node has, of " + answers.live() + " that run");
            case PipelineCheckup.Result.Missing missing ->
                doctor.warn(
                        "roles",
                        "without pipeline, and no node answers that has it: " + missing.how()
                                + ". Messages are accepted and wait in Kafka, histories cannot be read",
                        fix);
            case PipelineCheckup.Result.NotKnown unknown ->
                doctor.warn(
                        "roles",
                        "without pipeline; whether a node has it is in Redis, which does not answer: " + unknown.how(),
                        fix);
        }
    }

    /** The topics of every durable tenant, which are asked about together. */
    void topics() {
        KafkaConversationTopics names = config.get(KafkaEventSettings.SECTION).conversationTopics();
        List<String> templates = List.of(names.upstream(), names.persisted(), names.fanout());
        List<String> topics = durable.stream()
                .flatMap(tenant -> templates.stream().map(it -> KafkaHookTopics.of(it, tenant.id())))
                .toList();
        if (topics.isEmpty()) {
            return;
        }
        List<KafkaCheckup.Topic> found = KafkaCheckup.topics(config.kafka(0).producer(), topics);
        for (int i = 0; i < durable.size(); i++) {
            topics(
                    "Kafka topics of tenant " + durable.get(i).id(),
                    found.subList(i * templates.size(), (i + 1) * templates.size()));
        }
    }

    private void topics(String what, List<KafkaCheckup.Topic> topics) {
        Map<Weakness, List<String>> weak = new LinkedHashMap<>();
        boolean sound = true;
        for (KafkaCheckup.Topic topic : topics) {
            topic.problem()
                    .ifPresent(how -> doctor.fail(
                            what,
                            topic.name() + " " + how,
                            "create it, or let this server do so: kafka.create-topics, and its rights in Kafka"));
            Optional<Weakness> weakness = weakness(topic);
            weakness.ifPresent(
                    it -> weak.computeIfAbsent(it, same -> new ArrayList<>()).add(topic.name()));
            sound &= topic.problem().isEmpty() && weakness.isEmpty();
        }
        weak.forEach((weakness, names) ->
                doctor.warn(what, String.join(", ", names) + ": " + weakness.how(), weakness.fix()));
        if (sound) {
            KafkaCheckup.Topic first = topics.getFirst();
            long missing = topics.stream().filter(topic -> !topic.there()).count();
            doctor.ok(
                    what,
                    (missing == 0 ? "all are there" : missing + " of " + topics.size() + " will be created")
                            + (first.replicas() == 0
                                    ? ""
                                    : ", on " + first.replicas() + " brokers, of which " + first.minInSync()
                                            + " must have a message before it is acked"));
        }
    }

    /** Why what a topic has taken may not outlive a broker, or nothing is taken while one is away. */
    private record Weakness(String how, String fix) {}

    private static Optional<Weakness> weakness(KafkaCheckup.Topic topic) {
        if (topic.replicas() == 1) {
            return Optional.of(new Weakness(
                    "the replication factor is 1: with the broker's disk, acked messages are gone",
                    "a replication factor of 3, with min.insync.replicas=2; the brokers' default.replication.factor is"
                            + " for topics to come"));
        }
        if (topic.replicas() > 1 && topic.minInSync() == 1) {
            return Optional.of(new Weakness(
                    "min.insync.replicas is 1: one broker may ack alone, and its disk is all that has the message",
                    "set min.insync.replicas=2"));
        }
        if (topic.replicas() > 1 && topic.minInSync() >= topic.replicas()) {
            return Optional.of(new Weakness(
                    "min.insync.replicas is " + topic.minInSync() + " of " + topic.replicas()
                            + " replicas: while one broker is away, nothing is acked",
                    "set min.insync.replicas=" + (topic.replicas() - 1) + ", or add a replica"));
        }
        return Optional.empty();
    }
}
