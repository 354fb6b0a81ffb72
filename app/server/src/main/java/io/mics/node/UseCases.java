package io.mics.node;

import io.mics.auth.Authenticator;
import io.mics.hook.Hooks;
import io.mics.message.DeliveryAcks;
import io.mics.message.DeliveryIds;
import io.mics.message.DuplicateWindow;
import io.mics.message.IdempotencyKeys;
import io.mics.message.MessageIds;
import io.mics.message.MessageTracer;
import io.mics.message.Messages;
import io.mics.message.PreSend;
import io.mics.message.Recalls;
import io.mics.message.SendToGroup;
import io.mics.message.SendToUser;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.directory.Presence;
import io.mics.session.SessionSettings;
import io.mics.session.Sessions;
import io.mics.tenant.Tenant;
import io.mics.ws.QueueSettings;
import io.mics.ws.WsSettings;
import java.time.Duration;
import java.util.function.Supplier;

/** What clients ask: to connect, to send a message, to take one back, and to say that one has come. */
record UseCases(Sessions sessions, Messages messages, Recalls recalls, DeliveryAcks acks) {
    private static final Duration RESEND_WAIT = Duration.ofSeconds(5);

    /**
     * The use cases of a node.
     *
     * @param config  as it was at the start
     * @param running as it is when asked
     * @param epoch   this start in the directory; 0 without one
     */
    static UseCases of(
            NodeConfig config,
            Supplier<NodeConfig> running,
            long epoch,
            Hooks backend,
            HookPlatform platform,
            HookDispatching dispatching,
            Deliveries deliveries,
            Presence presence,
            NodeState state) {
        DeliveryIds ids = new DeliveryIds(epoch);
        IdempotencyKeys keys = HookPlatform.keys(epoch);
        PreSend preSend = platform.preSend(config, backend, keys);
        MessageTracer tracer = platform.tracer();
        Messages messages = new Messages(
                new SendToUser(preSend, deliveries.toUser(), deliveries.offline()),
                new SendToGroup(
                        preSend,
                        backend,
                        deliveries.toGroup(),
                        deliveries.offline(),
                        () -> limits(running.get().get(GroupSettings.SECTION))),
                window(config.get(DuplicateWindow.Limits.SECTION), ids),
                new MessageIds(config.nodeId(), System.currentTimeMillis()),
                keys,
                dispatching.events(),
                tracer,
                config.maxMessageBytes(),
                state.metrics());
        Recalls recalls = new Recalls(
                dispatching.recallPermission(),
                backend,
                deliveries.toGroup(),
                dispatching.hookEvents(),
                ids,
                () -> running.get().get(GroupSettings.SECTION).maxMembers());
        Sessions sessions = new Sessions(
                new Authenticator(
                        state.tenants(),
                        backend,
                        platform.connectHooks(),
                        config.node().defaultTenant()),
                state.sessions(),
                deliveries.backlog(),
                deliveries.offline(),
                dispatching.events(),
                state.wheel(),
                state.queued(),
                sessionSettings(config),
                presence,
                state.metrics(),
                tenant -> expect(tenant, backend, messages, dispatching, state.metrics()));
        state.cleanup().add("messages", messages::forget);
        state.cleanup().add("sessions", sessions::forget);
        return new UseCases(sessions, messages, recalls, new DeliveryAcks(dispatching.hookEvents()));
    }

    /** Makes every series of a tenant exist, at 0. */
    private static void expect(
            Tenant tenant, Hooks hooks, Messages messages, HookDispatching dispatching, Metrics metrics) {
        hooks.expect(tenant.id());
        messages.expect(tenant);
        Events.expect(dispatching.events(), tenant, metrics);
        dispatching.expect(tenant.id());
    }

    private static SessionSettings sessionSettings(NodeConfig config) {
        return new SessionSettings(
                config.nodeId(),
                config.get(QueueSettings.Outbound.SECTION).frames(),
                config.get(QueueSettings.Outbound.SECTION).bytes(),
                config.get(WsSettings.SECTION).keepalive(),
                config.get(WsSettings.SECTION).writeStallTimeout());
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
