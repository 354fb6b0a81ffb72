package io.mics.node;

import io.mics.admin.GroupsApi;
import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.console.PlaygroundSettings;
import io.mics.conversation.ConversationUseCases;
import io.mics.conversation.DurableTenants;
import io.mics.hook.TenantBackend;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.lifecycle.DrainSettings;
import io.mics.lifecycle.Draining;
import io.mics.message.DeliveryIds;
import io.mics.node.playground.PlaygroundStore;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.pipeline.DistributionQueues;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.directory.Presence;
import io.mics.session.DrainableSessions;
import io.mics.store.StoreSettings;
import io.mics.tenant.Tenant;
import io.mics.ws.ConnectionServices;
import io.mics.ws.QueueSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Serves clients: who connects, what they send, and how it gets to devices here, on other nodes, and of users who are
 * away. Among others where there is a directory, else alone.
 */
final class GatewayRole {
    private static final Duration LEAST_FLUSH = Duration.ofSeconds(2);

    /** What the series of one tenant take. */
    private static final long SERIES_BYTES = 400 << 10;

    /** With more tenants than these, each one's series begin with its first connection. */
    private static final long TENANTS_FROM_START = HeapShare.atMost(500 * SERIES_BYTES, 5) / SERIES_BYTES;

    private final Foundation foundation;
    private final GatewayState state;
    private final Optional<Cluster> cluster;
    private final Events events;
    private final UseCases useCases;
    private final Draining draining;
    private final Optional<DurableConversations> durable;
    private final Optional<PlaygroundStore> playground;

    private GatewayRole(Foundation foundation) {
        this.foundation = foundation;
        state = GatewayState.empty(foundation);
        cluster = foundation.redis().map(redis -> Cluster.join(foundation, redis, state.buffered()));
        long epoch = cluster.map(Cluster::epoch).orElse(0L);
        TenantBackend backend = backend(foundation, state);
        events = Events.open(foundation, epoch, this::flushTime);
        Deliveries deliveries = Deliveries.of(foundation, state, cluster, backend, events.log());
        Presence presence = cluster.map(c -> c.presence(state.sessions(), deliveries.backlog()))
                .orElse(Presence.ALONE);
        DeliveryIds ids = new DeliveryIds(epoch);
        DurableConversations.Parts parts =
                new DurableConversations.Parts(foundation, deliveries, backend, ids, events.hookEvents());
        durable = DurableConversations.open(parts);
        playground = durable.isEmpty() && foundation.config().tenants().playground()
                ? Optional.of(playground(parts))
                : Optional.empty();
        useCases = UseCases.of(foundation, state, epoch, backend, events, deliveries, presence, this::durable, ids);
        draining = new Draining(
                new DrainableSessions(state.sessions(), useCases.sessions()),
                () -> foundation.running().get(DrainSettings.SECTION).drainTimeout(),
                () -> foundation.running().get(DrainSettings.SECTION).drainMin());
        cluster.ifPresent(
                joined -> ClusterMember.start(foundation, foundation.redis().orElseThrow(), joined, state, deliveries));
    }

    private static PlaygroundStore playground(DurableConversations.Parts parts) {
        Foundation foundation = parts.foundation();
        PlaygroundStore store = foundation
                .lifecycle()
                .add(
                        "playground store",
                        new PlaygroundStore(
                                foundation.config().get(StoreSettings.SECTION),
                                lifecycle -> DurableConversations.open(parts, lifecycle)::useCases));
        foundation.lifecycle().forgetTenant("playground store", store::forget);
        foundation.observability().detail("store", store::problem);
        return store;
    }

    private DurableTenants durable(DurableTenants.Hooks hooks) {
        return durable.map(store -> DurableTenants.all(store.useCases(hooks)))
                .or(() -> playground.map(store -> store.with(hooks)))
                .orElse(DurableTenants.NONE);
    }

    /** Starts it; clients are served once the ports open. */
    static GatewayRole start(Foundation foundation) {
        GatewayRole role = new GatewayRole(foundation);
        foundation.eachTenant(role::registerMetrics);
        foundation.lifecycle().beforeEnd(role.draining::run);
        foundation
                .observability()
                .check("draining", () -> role.draining.begun() ? Optional.of("draining") : Optional.empty());
        foundation
                .endpoints()
                .serveClients(role.connections(), PlaygroundPages.ofPlayground(foundation, role::durableProblem));
        return role;
    }

    /** What asks tenants' backends. */
    private static TenantBackend backend(Foundation foundation, GatewayState state) {
        NodeConfig config = foundation.config();
        Metrics metrics = foundation.metrics();
        OutboundHttp outboundHttp = foundation.outboundHttp();
        PlaygroundHooks playground =
                new PlaygroundHooks(config.get(PlaygroundSettings.SECTION).groups());
        SharedByteBudget lists =
                new SharedByteBudget(() -> listBounds(foundation.running().get(GroupSettings.SECTION)));
        metrics.gauge(Metric.MEMBER_LIST_BYTES, lists::held, config.nodeId());
        metrics.gauge(Metric.HOOK_ANSWER_BYTES, outboundHttp.client()::answerBytes, config.nodeId());
        TenantBackend backend = new TenantBackend(
                metrics,
                outboundHttp.backends(),
                Map.of(PlaygroundHooks.BASE_URL, playground),
                lists,
                state.scheduler());
        foundation.lifecycle().forgetTenant("hooks", backend::forget);
        return backend;
    }

    private static SharedByteBudget.Bounds listBounds(GroupSettings group) {
        return new SharedByteBudget.Bounds(group.listBytes(), group.tenantListBytes());
    }

    private ConnectionServices connections() {
        return new ConnectionServices(
                useCases.sessions(),
                useCases.messages(),
                useCases.recalls(),
                useCases.acks(),
                useCases.durable()::useCases,
                foundation.hooks().notifier(),
                foundation.wheel(),
                state.scheduler(),
                state.load(),
                state.arriving(),
                foundation.config().get(QueueSettings.Frames.SECTION).maxFrameBytes(),
                draining::begun);
    }

    /** Makes a tenant's series exist before anything happens, so that an alert on their growth sees the first event. */
    private void registerMetrics(Tenant tenant) {
        if (foundation.tenants().all().size() <= TENANTS_FROM_START) {
            useCases.sessions().registerMetrics(tenant);
            cluster.ifPresent(joined -> joined.registerMetrics(tenant.id()));
            if (tenant.settings().isDurable() && durable.isPresent()) {
                ConversationUseCases.registerMetrics(foundation.metrics(), tenant.id());
                DistributionQueues.registerMetrics(foundation.metrics(), tenant.id());
            }
        }
    }

    /** What draining left of its time. */
    private Duration flushTime() {
        Duration left = draining.left();
        return left.compareTo(LEAST_FLUSH) > 0 ? left : LEAST_FLUSH;
    }

    /** Why the playground's durable tenant cannot be served; empty when it can, or is not this node's. */
    Optional<String> durableProblem() {
        return playground.flatMap(PlaygroundStore::problem);
    }

    /** What operators may ask of groups; empty without a store. */
    Optional<GroupsApi> groups() {
        return durable.map(DurableConversations::groups);
    }

    /** For tests: what it holds. */
    GatewayState state() {
        return state;
    }
}
