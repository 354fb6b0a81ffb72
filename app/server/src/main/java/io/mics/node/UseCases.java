package io.mics.node;

import io.mics.auth.Authenticator;
import io.mics.conversation.DurableTenants;
import io.mics.hook.TenantBackend;
import io.mics.message.DeliveryAcks;
import io.mics.message.DeliveryIds;
import io.mics.message.DuplicateWindow;
import io.mics.message.IdempotencyKeys;
import io.mics.message.MessageEvents;
import io.mics.message.MessageIds;
import io.mics.message.Messages;
import io.mics.message.PreSend;
import io.mics.message.Recalls;
import io.mics.message.SendToGroup;
import io.mics.message.SendToUser;
import io.mics.node.hooks.HookPlatform;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.directory.Presence;
import io.mics.session.SessionEvents;
import io.mics.session.SessionFactory;
import io.mics.session.SessionMeters;
import io.mics.session.SessionSettings;
import io.mics.session.Sessions;
import io.mics.tenant.Tenant;
import io.mics.ws.QueueSettings;
import io.mics.ws.WsSettings;
import java.time.Duration;
import java.util.function.Supplier;

/** What clients ask: to connect, to send a message, to take one back, and to say that one has come. */
record UseCases(Sessions sessions, Messages messages, Recalls recalls, DeliveryAcks acks, DurableTenants durable) {
    private static final Duration RESEND_WAIT = Duration.ofSeconds(5);

    /**
     * The use cases of a node.
     *
     * @param source of durable conversations
     */
    static UseCases of(Messaging messaging, Presence presence, DurableTenants.Source source) {
        Foundation foundation = messaging.foundation();
        GatewayState state = messaging.state();
        TenantBackend backend = messaging.backend();
        Events events = messaging.events();
        Deliveries deliveries = messaging.deliveries();
        DeliveryIds ids = messaging.ids();
        long epoch = messaging.epoch();
        NodeConfig config = foundation.config();
        Metrics metrics = foundation.metrics();
        HookPlatform hooks = foundation.hooks();
        Supplier<GroupSettings> group = () -> foundation.running().get(GroupSettings.SECTION);
        IdempotencyKeys keys = HookPlatform.keys(epoch);
        PreSend preSend = hooks.preSend(config, backend, keys);
        DurableTenants durable =
                source.with(new DurableTenants.Hooks(preSend, events.recallPermission(), events.hookEvents()));
        Messages messages = new Messages(
                new SendToUser(preSend, deliveries.toUser(), deliveries.offline()),
                new SendToGroup(
                        preSend, backend, deliveries.toGroup(), deliveries.offline(), () -> limits(group.get())),
                window(config.get(DuplicateWindow.Limits.SECTION), ids),
                new MessageIds(config.nodeId(), System.currentTimeMillis()),
                new MessageEvents(events.log(), keys),
                hooks.tracer(),
                config.maxMessageBytes(),
                metrics);
        Recalls recalls = new Recalls(
                events.recallPermission(),
                backend,
                deliveries.toGroup(),
                events.hookEvents(),
                ids,
                () -> group.get().maxMembers());
        Sessions sessions = new Sessions(
                new Authenticator(
                        foundation.tenants(),
                        backend,
                        hooks.connectHooks(),
                        config.node().defaultTenant()),
                state.sessions(),
                new SessionFactory(sessionSettings(config, durable), state.queued(), foundation.wheel()),
                deliveries.backlog(),
                deliveries.offline(),
                new SessionEvents(events.log(), config.nodeId(), presence),
                presence,
                new SessionMeters.OfTenants(
                        metrics,
                        config.nodeId(),
                        tenant -> registerMetrics(tenant, backend, messages, events, metrics)));
        return new UseCases(sessions, messages, recalls, new DeliveryAcks(events.hookEvents()), durable);
    }

    /** Makes every series of a tenant exist, at 0. */
    private static void registerMetrics(
            Tenant tenant, TenantBackend backend, Messages messages, Events events, Metrics metrics) {
        backend.registerMetrics(tenant.id());
        messages.registerMetrics(tenant);
        events.registerMetrics(tenant, metrics);
    }

    private static SessionSettings sessionSettings(NodeConfig config, DurableTenants durable) {
        return new SessionSettings(
                config.nodeId(),
                config.get(QueueSettings.Outbound.SECTION).frames(),
                config.get(QueueSettings.Outbound.SECTION).bytes(),
                config.get(WsSettings.SECTION).keepalive(),
                config.get(WsSettings.SECTION).writeStallTimeout(),
                durable::refusal);
    }

    private static SendToGroup.Limits limits(GroupSettings group) {
        return new SendToGroup.Limits(group.maxMembers(), group.offlineMaxUsers());
    }

    private static DuplicateWindow window(DuplicateWindow.Limits duplicates, DeliveryIds ids) {
        return new DuplicateWindow(
                duplicates.maxEntries(),
                duplicates.window(),
                duplicates.takeover(),
                RESEND_WAIT,
                ids,
                System::nanoTime);
    }
}
