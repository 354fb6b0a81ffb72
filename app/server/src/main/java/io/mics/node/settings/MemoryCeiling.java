package io.mics.node.settings;

import io.mics.concurrent.HeapShare;
import io.mics.conversation.CachedGroupMembers;
import io.mics.conversation.catchup.CatchUpPush;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.TenantBackend;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.MemoryRetryQueue;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.kafka.KafkaAuditTopic;
import io.mics.hook.dispatch.kafka.KafkaHookDispatch;
import io.mics.hook.record.HookAudit;
import io.mics.hook.record.HookRecorder;
import io.mics.message.DuplicateWindow;
import io.mics.observe.TraceBuffer;
import io.mics.offline.OfflineMemory;
import io.mics.pipeline.DistributionQueues;
import io.mics.pipeline.KafkaFanOut;
import io.mics.pipeline.KafkaPersistedEvents;
import io.mics.pipeline.KafkaPipeline;
import io.mics.pipeline.log.BatchingLog;
import io.mics.pipeline.wal.NodeWal;
import io.mics.redis.RedisSettings;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.delivery.PacedBroadcast;
import io.mics.routing.delivery.Redelivery;
import io.mics.routing.link.LinkSettings;
import io.mics.store.StoreSettings;
import io.mics.ws.QueueSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What everything that can grow may take together; where a single thing is larger than its part, by that much more.
 *
 * @param parts     bytes by the setting that bounds them, or by what they are where no setting does
 * @param unlimited settings that are 0
 */
public record MemoryCeiling(Map<String, Long> parts, List<String> unlimited) {
    /** What a node with these settings may take. */
    public static MemoryCeiling of(NodeConfig config) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put(
                "inbound.total-bytes", config.get(QueueSettings.Inbound.SECTION).totalBytes());
        parts.put(
                "outbound.total-bytes",
                config.get(QueueSettings.Outbound.SECTION).totalBytes());
        parts.put("offline.max-bytes", config.get(OfflineMemory.SECTION).maxBytes());
        parts.put(
                "duplicates.max-entries",
                (long) DuplicateWindow.ENTRY_BYTES
                        * config.get(DuplicateWindow.Limits.SECTION).maxEntries());
        parts.put("group.list-bytes", config.get(GroupSettings.SECTION).listBytes());
        parts.put("hooks.answer-bytes", config.get(HooksSettings.SECTION).http().answerBytes());
        boolean kafka =
                !config.get(KafkaEventSettings.SECTION).bootstrapServers().isEmpty();
        if (kafka) {
            parts.put(
                    "kafka.queue-bytes", config.get(KafkaEventSettings.SECTION).queueBytes());
        }
        List<String> unlimited = parts.entrySet().stream()
                .filter(part -> part.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
        if (kafka) {
            parts.put("kafka producers, readers and writers", KafkaHookDispatch.mostBytes(config.kafka(0)));
        } else {
            parts.put("hook retries and dead letters", MemoryRetryQueue.mostBytes());
        }
        if (!config.get(RedisSettings.SECTION).uri().isEmpty()) {
            parts.put("links between nodes", LinkSettings.mostBytes());
            parts.put("messages for nodes that do not answer", Redelivery.mostBytes());
        }
        if (config.tenants().all().stream().anyMatch(tenant -> tenant.settings().isDurable())) {
            parts.putAll(ofConversations(config, kafka));
        }
        parts.put(
                "arrays for large groups",
                config.get(HooksSettings.SECTION).http().reusableBytes() + TenantBackend.mostBytes());
        parts.put("hook calls after a message", PostSendResultCache.MOST_BYTES + HookDispatcher.mostBytes());
        if (config.get(HooksSettings.SECTION).explainEntries() > 0) {
            parts.put("hooks.explain-entries", TraceBuffer.mostBytes());
        }
        if (!config.get(HooksSettings.SECTION).auditLog().isEmpty()) {
            parts.put("hooks.audit-log", HookAudit.mostBytes());
        }
        if (!config.get(HooksSettings.SECTION).auditTopic().isEmpty()) {
            parts.put("hooks.audit-topic", HookAudit.mostBytes() + KafkaAuditTopic.mostBytes());
        }
        if (!config.get(HooksSettings.SECTION).record().isEmpty()) {
            parts.put("hooks.record", HookRecorder.mostBytes());
        }
        parts.values().removeIf(bytes -> bytes == 0);
        return new MemoryCeiling(parts, unlimited);
    }

    private static Map<String, Long> ofConversations(NodeConfig config, boolean kafka) {
        Map<String, Long> parts = new LinkedHashMap<>();
        if (kafka) {
            parts.put(
                    "conversation log and pipeline",
                    BatchingLog.mostBytes()
                            + NodeWal.mostBytes()
                            + KafkaPipeline.mostBytes()
                            + KafkaPersistedEvents.mostBytes()
                            + KafkaFanOut.mostBytes());
        } else {
            parts.put("store.queue-bytes", config.get(StoreSettings.SECTION).queueBytes());
        }
        parts.put(
                "members of durable groups, and messages to distribute or to catch up",
                CachedGroupMembers.mostBytes()
                        + DistributionQueues.mostBytes()
                        + PacedBroadcast.mostBytes()
                        + CatchUpPush.mostBytes());
        return parts;
    }

    /** All parts together. */
    public long total() {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Why this does not fit into a heap of {@code heap} bytes; empty when it does, or nothing bounds it anyway. */
    public Optional<String> refusal(long heap) {
        long room = HeapShare.growable(heap);
        if (total() <= room) {
            return Optional.empty();
        }
        return Optional.of("what can grow adds up to " + total() + " bytes, but a heap of " + heap + " leaves " + room
                + ": raise -Xmx or lower one of " + parts);
    }
}
