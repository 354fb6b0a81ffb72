package io.mics.node;

import io.mics.admin.GroupsApi;
import io.mics.conversation.CachedGroupMembers;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.ConversationUseCases;
import io.mics.conversation.Conversations;
import io.mics.conversation.DurableTenants;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.LargeGroups;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.TenantBackend;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Lifecycle;
import io.mics.message.DeliveryIds;
import io.mics.observe.Log;
import io.mics.pipeline.DistributionQueues;
import io.mics.pipeline.KafkaFanOut;
import io.mics.pipeline.MemoryFanOut;
import io.mics.protocol.IdForm;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.engine.RetentionSchedule;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.store.redis.RedisNodePart;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantReader;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Durable conversations on a node: the store, the log in front of it, and the way back to devices. Opened where some
 * tenant is durable at the start; one that becomes durable later, on a node without a store, is served after a restart.
 */
final class DurableConversations {
    private static final Log LOG = Log.of(DurableConversations.class);
    private static final Duration FLUSH = Duration.ofSeconds(3);
    /** A Redis that lost all numbers gives new ones after half a lease: nobody is served before. */
    private static final Duration NUMBER_WAIT = RedisNodePart.LEASE;

    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(15);

    private final Foundation foundation;
    private final Store store;
    private final CachedGroupMembers members;
    private final ConversationDelivery devices;
    private final ConversationLog log;

    /** What conversations stand on, besides the store; {@code hookEvents} notifies hooks where no Kafka does. */
    record Parts(
            Foundation foundation,
            Deliveries deliveries,
            TenantBackend backend,
            DeliveryIds ids,
            HookEventLog hookEvents) {}

    private DurableConversations(Parts parts, Store store, Lifecycle lifecycle) {
        Foundation foundation = parts.foundation();
        this.foundation = foundation;
        this.store = store;
        members = new CachedGroupMembers(parts.backend(), store.conversations(), System::nanoTime);
        lifecycle.forgetTenant("group members", members::forget);
        devices = delivery(parts, lifecycle, store.conversations(), members);
        DistributionQueues distribution = new DistributionQueues(devices, foundation.metrics());
        lifecycle.forgetTenant("distribution", distribution::forget);
        lifecycle.add("distribution", () -> end(distribution));
        log = DurableLog.open(foundation, lifecycle, store, distribution, parts.hookEvents());
    }

    /** Delivery at once, and to large groups by tasks, in Kafka where it is configured. */
    private static ConversationDelivery delivery(
            Parts parts, Lifecycle lifecycle, Conversations conversations, GroupMembers members) {
        Foundation foundation = parts.foundation();
        GroupFanOut fanOut = parts.deliveries().toGroup();
        LargeGroups large = new LargeGroups(
                foundation.tenants(), members, conversations, fanOut, foundation.wheel(), parts.ids()::next);
        LargeGroups.Tasks tasks = foundation
                .kafka()
                .<LargeGroups.Tasks>map(sender -> tasks(foundation, lifecycle, large, sender))
                .orElseGet(() -> tasks(foundation, lifecycle, large));
        return new ConversationDelivery(foundation.tenants(), members, fanOut, parts.ids()::next, large, tasks);
    }

    private static KafkaFanOut tasks(
            Foundation foundation, Lifecycle lifecycle, LargeGroups large, KafkaSender sender) {
        String template = foundation
                .config()
                .get(KafkaEventSettings.SECTION)
                .conversationTopics()
                .fanout();
        KafkaFanOut tasks = KafkaFanOut.start(
                new KafkaFanOut.Settings(
                        foundation.config().kafka(0).producer().connection(),
                        template,
                        tenant -> foundation.tenants().find(tenant).isPresent(),
                        KafkaGroup.Timing.DEFAULT),
                large,
                sender,
                foundation.metrics());
        return lifecycle.add("fan-out", tasks);
    }

    private static MemoryFanOut tasks(Foundation foundation, Lifecycle lifecycle, LargeGroups large) {
        MemoryFanOut tasks = new MemoryFanOut(large, foundation.metrics());
        lifecycle.forgetTenant("fan-out", tasks::forget);
        return lifecycle.add("fan-out", tasks);
    }

    /** Opens the store where some tenant is durable, but for the playground's; empty where none is. */
    static Optional<DurableConversations> open(Parts parts) {
        Foundation foundation = parts.foundation();
        boolean wanted = foundation.tenants().all().stream()
                .anyMatch(tenant ->
                        tenant.settings().isDurable() && !tenant.id().equals(TenantReader.PLAYGROUND_DURABLE));
        if (!wanted) {
            return Optional.empty();
        }
        try {
            DurableConversations opened = open(parts, foundation.lifecycle());
            foundation.observability().detail("store", opened.store::unavailable);
            return Optional.of(opened);
        } catch (StoreRefusedException e) {
            throw new StartRefusedException(e.key(), "" + e.getMessage());
        }
    }

    /** Opens the store; what it starts ends, and forgets tenants, by {@code lifecycle}. */
    static DurableConversations open(Parts parts, Lifecycle lifecycle) throws StoreRefusedException {
        StoreSettings settings = parts.foundation().config().get(StoreSettings.SECTION);
        NodePart nodePart = nodePart(parts.foundation(), settings, lifecycle);
        // without Kafka one thread stores
        int writers = parts.foundation().kafka().isPresent() ? settings.poolSize() : 1;
        Store store = lifecycle.add("store", Store.open(settings, nodePart, writers));
        Tenants tenants = parts.foundation().tenants();
        lifecycle.add("retention", RetentionSchedule.start(store, () -> retention(tenants), RETENTION_INTERVAL));
        return new DurableConversations(parts, store, lifecycle);
    }

    /** What durable tenants keep that do not keep everything. */
    private static List<RetentionSchedule.Rule> retention(Tenants tenants) {
        return tenants.all().stream()
                .filter(tenant -> tenant.settings().isDurable())
                .map(tenant -> new RetentionSchedule.Rule(
                        tenant.id(),
                        tenant.settings().durable().retentionAge(),
                        tenant.settings().durable().retentionCount()))
                .filter(rule -> !rule.age().isZero() || rule.most() > 0)
                .toList();
    }

    /** What keeps the message ids of nodes apart; a node alone needs nothing. */
    private static NodePart nodePart(Foundation foundation, StoreSettings settings, Lifecycle lifecycle) {
        if (foundation.redis().isEmpty()) {
            return NodePart.fixed(0);
        }
        if (settings.address().isEmpty()) {
            throw new StartRefusedException(
                    "store.url", "is empty: with Redis configured there may be other nodes, which share no file");
        }
        RedisNodePart leased = lifecycle.add(
                "node part", RedisNodePart.lease(foundation.redis().get(), RedisNodePart.LEASE));
        try {
            if (!leased.await(NUMBER_WAIT)) {
                LOG.warn("node_part_awaited", "seconds", NUMBER_WAIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a number for message ids", e);
        }
        return leased;
    }

    private static void end(DistributionQueues distribution) {
        try {
            distribution.flush(FLUSH.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (distribution.size() > 0) {
            LOG.warn("distribution_unfinished", "messages", distribution.size());
        }
        distribution.close();
    }

    /** What devices may ask. */
    ConversationUseCases useCases(DurableTenants.Hooks hooks) {
        return new ConversationUseCases(
                new ConversationUseCases.Ports(
                        log,
                        store.conversations(),
                        members,
                        devices,
                        hooks.preSend(),
                        hooks.recallPermission(),
                        hooks.events()),
                foundation.config().maxMessageBytes(),
                foundation.wheel(),
                foundation.metrics());
    }

    /** What operators may ask and change of groups whose members are in the database. */
    GroupsApi groups() {
        return new GroupsApi(store.conversations(), this::idsOfStoredGroups, members::forget);
    }

    private Optional<IdForm> idsOfStoredGroups(String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .filter(it -> it.settings().isDurable() && !CachedGroupMembers.asksBackend(it))
                .map(Tenant::ids);
    }
}
