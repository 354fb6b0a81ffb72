package io.mics.node;

import io.mics.conversation.ConversationLog;
import io.mics.conversation.distribution.StoredTrace;
import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Lifecycle;
import io.mics.node.settings.StartRefusedException;
import io.mics.pipeline.DistributionQueues;
import io.mics.pipeline.HookPersistedEvents;
import io.mics.pipeline.KafkaPersistedEvents;
import io.mics.pipeline.KafkaPipeline;
import io.mics.pipeline.PersistedEvents;
import io.mics.pipeline.log.BatchAppender;
import io.mics.pipeline.log.BatchingLog;
import io.mics.pipeline.log.KafkaBatchAppender;
import io.mics.pipeline.wal.NodeWal;
import io.mics.pipeline.wal.RedisWriteAheadLog;
import io.mics.protocol.StoredMessage;
import io.mics.redis.Redis;
import io.mics.store.GroupCommitLog;
import io.mics.store.MessageWriter;
import io.mics.store.MeteredWriter;
import io.mics.store.StoreSettings;
import io.mics.store.engine.Store;
import io.mics.tenant.DurableSettings;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What durable messages are appended to, and what brings them from there into the store and to devices: Kafka and the
 * pipeline that reads it where Kafka is configured, else the database itself, by group commit.
 */
final class DurableLog {
    /** Without Kafka, a message found stored is distributed once more within this time: its node may have ended. */
    private static final long REPEATED_WITHIN_MS = 60_000;

    private final Foundation foundation;
    private final Lifecycle lifecycle;
    private final Store store;
    private final MessageWriter writer;
    private final DistributionQueues distribution;

    private DurableLog(Foundation foundation, Lifecycle lifecycle, Store store, DistributionQueues distribution) {
        this.foundation = foundation;
        this.lifecycle = lifecycle;
        this.store = store;
        this.writer = new MeteredWriter(
                store.writer(), foundation.metrics(), foundation.config().nodeId());
        this.distribution = distribution;
    }

    /** Opens it; what it starts ends by {@code lifecycle}. {@code hookEvents} notifies hooks where no Kafka does. */
    static ConversationLog open(
            Foundation foundation,
            Lifecycle lifecycle,
            Store store,
            DistributionQueues distribution,
            HookEventLog hookEvents) {
        DurableLog log = new DurableLog(foundation, lifecycle, store, distribution);
        return foundation
                .kafka()
                .map(log::kafka)
                .orElseGet(() -> lifecycle.add("conversation log", log.groupCommit(hookEvents)));
    }

    private ConversationLog kafka(KafkaSender sender) {
        KafkaConversationTopics topics =
                foundation.config().get(KafkaEventSettings.SECTION).conversationTopics();
        KafkaPersistedEvents events =
                lifecycle.add("persisted events", new KafkaPersistedEvents(sender, topics.persisted()));
        KafkaPipeline pipeline = KafkaPipeline.start(
                new KafkaPipeline.Settings(
                        foundation.config().kafka(0).producer().connection(),
                        topics.upstream(),
                        tenant -> foundation.tenants().find(tenant).isPresent(),
                        store.writers(),
                        KafkaPipeline.Settings.TIMING),
                new KafkaPipeline.Ports(
                        writer, events, distribution, foundation.hooks().traces()),
                sender,
                foundation.metrics());
        lifecycle.add("pipeline", pipeline);
        return appendingTo(sender, foundation, lifecycle);
    }

    /** The log in Kafka, on a node that need not read it. */
    static ConversationLog appendingTo(KafkaSender sender, Foundation foundation, Lifecycle lifecycle) {
        KafkaConversationTopics topics =
                foundation.config().get(KafkaEventSettings.SECTION).conversationTopics();
        KafkaBatchAppender kafka = new KafkaBatchAppender(sender, topics.upstream());
        BatchAppender appender = foundation
                .redis()
                .<BatchAppender>map(redis -> behindWal(kafka, redis, foundation, lifecycle))
                .orElse(kafka);
        BatchingLog log = new BatchingLog(appender, tenant -> appendTimeout(foundation, tenant), foundation.wheel());
        lifecycle.forgetTenant("conversation log", log::forget);
        return lifecycle.add("conversation log", log);
    }

    private static BatchAppender behindWal(
            KafkaBatchAppender kafka, Redis redis, Foundation foundation, Lifecycle lifecycle) {
        NodeWal front = lifecycle.add(
                "write-ahead log",
                NodeWal.start(
                        kafka,
                        new RedisWriteAheadLog(redis),
                        tenant -> settings(foundation, tenant).wal(),
                        () -> foundation.tenants().all().stream()
                                .filter(tenant -> tenant.settings().isDurable())
                                .map(Tenant::id)
                                .toList(),
                        foundation.config().kafka(0).producer().maxRecordBytes(),
                        foundation.metrics()));
        lifecycle.forgetTenant("write-ahead log", front::forget);
        foundation
                .observability()
                .detail(
                        "write-ahead-log",
                        () -> walTenants(foundation).findAny().flatMap(tenant -> front.unusable()));
        return front.appender();
    }

    private static Stream<Tenant> walTenants(Foundation foundation) {
        return foundation.tenants().all().stream()
                .filter(tenant -> tenant.settings().isDurable()
                        && tenant.settings().durable().wal() != DurableSettings.Wal.OFF);
    }

    /** Refuses to start with a write-ahead log that has nothing to stand on. */
    static void check(Foundation foundation) {
        if (foundation.redis().isPresent() && foundation.kafka().isPresent()) {
            return;
        }
        walTenants(foundation).findFirst().ifPresent(tenant -> {
            throw new StartRefusedException(
                    "tenants." + tenant.id() + ".durable.wal",
                    "is not off, which takes redis.uri, to write to, and kafka.bootstrap-servers, to write ahead of");
        });
    }

    private GroupCommitLog groupCommit(HookEventLog hookEvents) {
        PersistedEvents events = new HookPersistedEvents(hookEvents);
        return GroupCommitLog.start(
                foundation.config().get(StoreSettings.SECTION),
                writer,
                (message, stored, duplicate, batch) -> {
                    StoredTrace trace = new StoredTrace(stored, "what clients of this node sent", batch, duplicate);
                    foundation.hooks().traces().note(message.tenant(), trace);
                    events.publish(message, stored, duplicate, duplicate ? () -> {} : trace::published);
                    if (!duplicate || isRecent(stored)) {
                        distribution.addNow(message, stored, false, duplicate, trace::distributed);
                    }
                },
                tenant -> appendTimeout(foundation, tenant));
    }

    /** One that is sent again at once may not have been distributed; one that is old was, or was synced. */
    private static boolean isRecent(StoredMessage stored) {
        return System.currentTimeMillis() - stored.createdMs() < REPEATED_WITHIN_MS;
    }

    private static Duration appendTimeout(Foundation foundation, String tenant) {
        return settings(foundation, tenant).appendTimeout();
    }

    private static DurableSettings settings(Foundation foundation, String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .map(it -> it.settings().durable())
                .orElse(DurableSettings.DEFAULTS);
    }
}
