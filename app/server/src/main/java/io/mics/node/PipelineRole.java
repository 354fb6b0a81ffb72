package io.mics.node;

import io.mics.conversation.CachedGroupMembers;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.Conversations;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.distribution.LargeGroups;
import io.mics.conversation.distribution.MessageDistribution;
import io.mics.conversation.remote.GrpcConversationsService;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Lifecycle;
import io.mics.node.settings.StartRefusedException;
import io.mics.observe.LastAnswer;
import io.mics.observe.Log;
import io.mics.pipeline.DistributionQueues;
import io.mics.pipeline.KafkaFanOut;
import io.mics.pipeline.MemoryFanOut;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.engine.RetentionSchedule;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.store.redis.RedisNodePart;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Stores durable tenants' messages, and answers what is stored: the database, the log in front of it, distribution to
 * devices, retention, and other nodes' questions. Opened where some tenant is durable at the start; one that becomes
 * durable later, on a node without a store, is served after a restart.
 */
final class PipelineRole {
    private static final Log LOG = Log.of(PipelineRole.class);
    private static final Duration FLUSH = Duration.ofSeconds(3);
    /** A Redis that lost all numbers gives new ones after half a lease: nobody is served before. */
    private static final Duration NUMBER_WAIT = RedisNodePart.LEASE;

    /** What a probe of readiness waits at most for the database, or for another node. */
    static final Duration MOMENT = Duration.ofMillis(200);

    private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(15);

    private final Store store;
    private final NodePart nodePart;
    private final DurableConversations conversations;

    private PipelineRole(Messaging messaging, Store store, NodePart nodePart, Lifecycle lifecycle) {
        Foundation foundation = messaging.foundation();
        this.store = store;
        this.nodePart = nodePart;
        CachedGroupMembers members = DurableConversations.members(messaging, lifecycle, store.conversations());
        ConversationDelivery devices = DurableConversations.devices(messaging, members);
        DistributionQueues distribution = new DistributionQueues(
                distribution(messaging, lifecycle, store.conversations(), members, devices), foundation.metrics());
        lifecycle.forgetTenant("distribution", distribution::forget);
        lifecycle.add("distribution", () -> end(distribution));
        ConversationLog log = DurableLog.open(
                foundation, lifecycle, store, distribution, messaging.events().hookEvents());
        conversations = new DurableConversations(
                foundation,
                log,
                store.conversations(),
                members,
                devices,
                DurableConversations.catchUp(foundation, lifecycle, store.conversations(), members));
    }

    /** Distribution at once, and to large groups by tasks, in Kafka where it is configured. */
    private static MessageDistribution distribution(
            Messaging messaging,
            Lifecycle lifecycle,
            Conversations conversations,
            GroupMembers members,
            ConversationDelivery devices) {
        Foundation foundation = messaging.foundation();
        GroupFanOut fanOut = messaging.deliveries().toGroup();
        LargeGroups large = new LargeGroups(
                foundation.tenants(),
                members,
                conversations,
                fanOut,
                foundation.wheel(),
                messaging.ids()::next,
                foundation.hooks().traces());
        LargeGroups.Tasks tasks = foundation
                .kafka()
                .<LargeGroups.Tasks>map(sender -> tasks(foundation, lifecycle, large, sender))
                .orElseGet(() -> tasks(foundation, lifecycle, large));
        return new MessageDistribution(foundation.tenants(), devices, fanOut, large, tasks);
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
    static Optional<PipelineRole> start(Messaging messaging) {
        Foundation foundation = messaging.foundation();
        if (!DurableConversations.wanted(foundation.tenants())) {
            return Optional.empty();
        }
        try {
            PipelineRole opened = open(messaging, foundation.lifecycle());
            foundation
                    .observability()
                    .detail("store", new LastAnswer("ready-store", MOMENT, opened.store::unavailable))
                    .detail("message-ids", opened::withoutNumber);
            DurableConversations.addLogDetail(foundation);
            foundation.eachTenant(tenant -> registerMetrics(foundation, tenant));
            return Optional.of(opened);
        } catch (StoreRefusedException e) {
            throw new StartRefusedException(e.key(), "" + e.getMessage());
        }
    }

    /** Why nothing can be stored though the database is there; empty while it can. */
    private Optional<String> withoutNumber() {
        return nodePart.number().isPresent()
                ? Optional.empty()
                : Optional.of("no number is leased in Redis for message ids: nothing is stored until one is");
    }

    private static void registerMetrics(Foundation foundation, Tenant tenant) {
        if (tenant.settings().isDurable() && Messaging.hasSeriesFromStart(foundation)) {
            DistributionQueues.registerMetrics(foundation.metrics(), tenant.id());
        }
    }

    /** Opens the store; what it starts ends, and forgets tenants, by {@code lifecycle}. */
    static PipelineRole open(Messaging messaging, Lifecycle lifecycle) throws StoreRefusedException {
        Foundation foundation = messaging.foundation();
        StoreSettings settings = foundation.config().get(StoreSettings.SECTION);
        NodePart nodePart = nodePart(foundation, settings, lifecycle);
        // without Kafka one thread stores
        int writers = foundation.kafka().isPresent() ? settings.poolSize() : 1;
        Store store = lifecycle.add("store", Store.open(settings, nodePart, writers));
        Tenants tenants = foundation.tenants();
        lifecycle.add("retention", RetentionSchedule.start(store, () -> retention(tenants), RETENTION_INTERVAL));
        return new PipelineRole(messaging, store, nodePart, lifecycle);
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

    /** What clients of this node are served. */
    DurableConversations conversations() {
        return conversations;
    }

    /** Answers gateways that open no store. */
    GrpcConversationsService answers() {
        return new GrpcConversationsService(
                store.conversations(),
                Cluster.linkSettings(conversations.foundation().config()));
    }
}
