package io.mics.node;

import io.mics.admin.GroupsApi;
import io.mics.conversation.ConversationUseCases;
import io.mics.conversation.DurableTenants;
import io.mics.lifecycle.DrainSettings;
import io.mics.lifecycle.Draining;
import io.mics.node.playground.PlaygroundStore;
import io.mics.node.settings.Role;
import io.mics.routing.directory.Presence;
import io.mics.session.DrainableSessions;
import io.mics.store.StoreSettings;
import io.mics.tenant.Tenant;
import io.mics.ws.ConnectionServices;
import io.mics.ws.QueueSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Serves clients: who connects, what they send, and how it gets to devices here, on other nodes, and of users who are
 * away. Among others where there is a directory, else alone.
 */
final class GatewayRole {
    private final Messaging messaging;
    private final Foundation foundation;
    private final GatewayState state;
    private final UseCases useCases;
    private final Draining draining;
    private final Optional<DurableConversations> durable;
    private final Optional<PlaygroundStore> playground;

    private GatewayRole(Messaging messaging, Optional<PipelineRole> pipeline) {
        this.messaging = messaging;
        foundation = messaging.foundation();
        state = messaging.state();
        boolean stores = foundation.config().node().is(Role.PIPELINE);
        durable = stores ? pipeline.map(PipelineRole::conversations) : DurableConversations.elsewhere(messaging);
        playground =
                stores && durable.isEmpty() && foundation.config().tenants().playground()
                        ? Optional.of(playground(messaging))
                        : Optional.empty();
        Presence presence = messaging
                .cluster()
                .map(c -> c.presence(state.sessions(), messaging.deliveries().backlog()))
                .orElse(Presence.ALONE);
        useCases = UseCases.of(messaging, presence, this::durable);
        draining = new Draining(
                new DrainableSessions(state.sessions(), useCases.sessions()),
                () -> foundation.running().get(DrainSettings.SECTION).drainTimeout(),
                () -> foundation.running().get(DrainSettings.SECTION).drainMin());
    }

    private static PlaygroundStore playground(Messaging messaging) {
        Foundation foundation = messaging.foundation();
        PlaygroundStore store = foundation
                .lifecycle()
                .add(
                        "playground store",
                        new PlaygroundStore(
                                foundation.config().get(StoreSettings.SECTION),
                                lifecycle ->
                                        PipelineRole.open(messaging, lifecycle).conversations()));
        foundation.lifecycle().forgetTenant("playground store", store::forget);
        foundation.observability().detail("store", store::problem);
        return store;
    }

    private DurableTenants durable(DurableTenants.Hooks hooks) {
        return durable.map(store -> DurableTenants.all(store.useCases(hooks)))
                .or(() -> playground.map(store -> store.with(hooks)))
                .orElse(DurableTenants.NONE);
    }

    /** Starts it; clients are served once the ports open. {@code pipeline} where this node has a store. */
    static GatewayRole start(Messaging messaging, Optional<PipelineRole> pipeline) {
        Foundation foundation = messaging.foundation();
        GatewayRole role = new GatewayRole(messaging, pipeline);
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
        if (Messaging.hasSeriesFromStart(foundation)) {
            useCases.sessions().registerMetrics(tenant);
            messaging.cluster().ifPresent(joined -> joined.registerMetrics(tenant.id()));
            if (tenant.settings().isDurable() && durable.isPresent()) {
                ConversationUseCases.registerMetrics(foundation.metrics(), tenant.id());
            }
        }
    }

    /** How long queued events may take to leave: what draining left of its time. */
    Duration flushTime() {
        Duration left = draining.left();
        return left.compareTo(Messaging.LEAST_FLUSH) > 0 ? left : Messaging.LEAST_FLUSH;
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
