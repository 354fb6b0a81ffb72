package io.mics.conversation;

import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.message.PreSend;
import io.mics.message.Sender;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.protocol.OutboundFrame;
import io.mics.timer.TimingWheel;
import java.util.function.Consumer;

/** What devices of durable tenants may ask. */
public final class ConversationUseCases {
    private final SendToConversation send;
    private final ReadConversations read;
    private final ChangeConversations change;
    private final HookEventLog hookEvents;
    private final CatchUp catchUp;

    /**
     * What the use cases ask.
     *
     * @param log              where messages are appended
     * @param conversations    what is stored
     * @param members          who is in a group
     * @param devices          brings changes to devices
     * @param hooks            asked before a message is appended or edited
     * @param recallPermission asked before a message is recalled
     * @param hookEvents       where deliveries and recalls are published
     * @param catchUp          pushes what devices missed that do not ask for it
     */
    public record Ports(
            ConversationLog log,
            Conversations conversations,
            GroupMembers members,
            ConversationDelivery devices,
            PreSend hooks,
            RecallPermission recallPermission,
            HookEventLog hookEvents,
            CatchUp catchUp) {}

    /**
     * The use cases of a node.
     *
     * @param maxBodyBytes of one message; 0 is unlimited
     * @param traces       has what became of messages that came here
     */
    public ConversationUseCases(Ports ports, int maxBodyBytes, TimingWheel wheel, Metrics metrics, TraceBuffer traces) {
        Access access = new Access(ports.members());
        send = new SendToConversation(
                access,
                ports.hooks(),
                ports.log(),
                new ConversationMeters.OfTenants(metrics),
                traces,
                wheel,
                maxBodyBytes);
        read = new ReadConversations(access, ports.conversations());
        change = new ChangeConversations(
                access,
                ports.conversations(),
                ports.hooks(),
                ports.recallPermission(),
                ports.hookEvents(),
                ports.devices(),
                maxBodyBytes);
        hookEvents = ports.hookEvents();
        catchUp = ports.catchUp();
    }

    /** Makes every series of a durable tenant's messages exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant) {
        var unused = new ConversationMeters(metrics, tenant);
    }

    /** A connection's own; {@code device} takes acknowledgements from any thread, without blocking. */
    public ConversationSession open(Sender sender, Consumer<OutboundFrame> device) {
        return new ConversationSession(this, sender, device);
    }

    SendToConversation send() {
        return send;
    }

    ReadConversations read() {
        return read;
    }

    ChangeConversations change() {
        return change;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    HookEventLog hookEvents() {
        return hookEvents;
    }
}
