package io.mics.node;

import io.mics.admin.GroupsApi;
import io.mics.conversation.CachedGroupMembers;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.ConversationUseCases;
import io.mics.hook.TenantBackend;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.message.DeliveryIds;
import io.mics.message.PreSend;
import io.mics.observe.Log;
import io.mics.pipeline.DistributionQueues;
import io.mics.protocol.IdForm;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.store.redis.RedisNodePart;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.util.Optional;

/**
 * Durable conversations on a node: the store, the log in front of it, and the way back to devices. Opened where some
 * tenant is durable at the start; one that becomes durable later, on a node without a store, is served after a restart.
 */
final class DurableConversations {
    private static final Log LOG = Log.of(DurableConversations.class);
    private static final Duration FLUSH = Duration.ofSeconds(3);

    private final Foundation foundation;
    private final Store store;
    private final CachedGroupMembers members;
    private final ConversationDelivery devices;
    private final ConversationLog log;

    private DurableConversations(
            Foundation foundation,
            Store store,
            Deliveries deliveries,
            TenantBackend backend,
            DeliveryIds ids,
            HookEventLog hookEvents) {
        this.foundation = foundation;
        this.store = store;
        Tenants tenants = foundation.tenants();
        members = new CachedGroupMembers(backend, store.conversations(), System::nanoTime);
        foundation.lifecycle().forgetTenant("group members", members::forget);
        devices = new ConversationDelivery(tenants, members, deliveries.toGroup(), ids::next);
        DistributionQueues distribution = new DistributionQueues(devices, foundation.metrics());
        foundation.lifecycle().forgetTenant("distribution", distribution::forget);
        foundation.lifecycle().add("distribution", () -> end(distribution));
        log = DurableLog.open(foundation, store, distribution, hookEvents);
    }

    /** Opens the store where some tenant is durable; empty where none is. */
    static Optional<DurableConversations> open(
            Foundation foundation,
            Deliveries deliveries,
            TenantBackend backend,
            DeliveryIds ids,
            HookEventLog hookEvents) {
        boolean wanted = foundation.tenants().all().stream()
                .anyMatch(tenant -> tenant.settings().isDurable());
        if (!wanted) {
            return Optional.empty();
        }
        try {
            StoreSettings settings = foundation.config().get(StoreSettings.SECTION);
            Store store = foundation.lifecycle().add("store", Store.open(settings, nodePart(foundation, settings)));
            foundation.observability().detail("store", store::unavailable);
            return Optional.of(new DurableConversations(foundation, store, deliveries, backend, ids, hookEvents));
        } catch (StoreRefusedException e) {
            throw new StartRefusedException(e.key(), "" + e.getMessage());
        }
    }

    /** What keeps the message ids of nodes apart; a node alone needs nothing. */
    private static NodePart nodePart(Foundation foundation, StoreSettings settings) {
        if (foundation.redis().isEmpty()) {
            return NodePart.fixed(0);
        }
        if (settings.address().isEmpty()) {
            throw new StartRefusedException(
                    "store.url", "is empty: with Redis configured there may be other nodes, which share no file");
        }
        return foundation
                .lifecycle()
                .add("node part", RedisNodePart.lease(foundation.redis().get(), RedisNodePart.LEASE));
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
    ConversationUseCases useCases(PreSend hooks, RecallPermission recallPermission, HookEventLog hookEvents) {
        return new ConversationUseCases(
                new ConversationUseCases.Ports(
                        log, store.conversations(), members, devices, hooks, recallPermission, hookEvents),
                foundation.config().maxMessageBytes(),
                foundation.wheel(),
                foundation.metrics());
    }

    /** What operators may ask and change of groups whose members are in the database. */
    GroupsApi groups() {
        return new GroupsApi(store.conversations(), this::idsOfDurable, members::forget);
    }

    private Optional<IdForm> idsOfDurable(String tenant) {
        return foundation
                .tenants()
                .find(tenant)
                .filter(it -> it.settings().isDurable())
                .map(Tenant::ids);
    }
}
