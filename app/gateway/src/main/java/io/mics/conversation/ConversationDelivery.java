package io.mics.conversation;

import io.mics.concurrent.PendingWrites;
import io.mics.message.Sender;
import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.StoredMessage;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.tenant.DurableSettings;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Brings stored messages, and word of changes, to the devices of everybody in a conversation, on all nodes. */
public final class ConversationDelivery implements Distribution {
    private static final Log LOG = Log.of(ConversationDelivery.class);

    private final Tenants tenants;
    private final GroupMembers members;
    private final GroupFanOut fanOut;
    private final LongSupplier ids;
    private final LargeGroups large;
    private final LargeGroups.Tasks tasks;

    /**
     * Delivery by {@code fanOut}, to large groups by tasks.
     *
     * @param ids the next identity of a delivery, unique in the cluster
     */
    public ConversationDelivery(
            Tenants tenants,
            GroupMembers members,
            GroupFanOut fanOut,
            LongSupplier ids,
            LargeGroups large,
            LargeGroups.Tasks tasks) {
        this.tenants = tenants;
        this.members = members;
        this.fanOut = fanOut;
        this.ids = ids;
        this.large = large;
        this.tasks = tasks;
    }

    @Override
    public boolean distribute(NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated)
            throws InterruptedException {
        Delivery made = Delivery.stored(
                message.tenant(),
                stored,
                toSendingDevice(message, acknowledge),
                message.device(),
                repeated,
                message.traceId());
        Delivery delivery = repeated ? made.asRedelivery() : made;
        PendingWrites writes = new PendingWrites();
        try {
            return stored.conversation() instanceof ConversationRef.Group group
                    ? toGroup(message, stored, group, delivery, writes)
                    : to(
                            message.tenant(),
                            stored.conversation(),
                            message.traceId(),
                            delivery,
                            LocalDelivery.NOBODY,
                            writes);
        } finally {
            writes.start();
        }
    }

    private Delivery.ToSendingDevice toSendingDevice(NewMessage message, boolean acknowledge) {
        boolean acknowledged = acknowledge && isAcknowledgedWhenStored(message);
        if (message.echoed()) {
            return acknowledged ? Delivery.ToSendingDevice.ACK_AND_MESSAGE : Delivery.ToSendingDevice.MESSAGE;
        }
        return acknowledged ? Delivery.ToSendingDevice.ACK : Delivery.ToSendingDevice.NOTHING;
    }

    /** To a group of any size; where it is large, to the sender's devices now, and to the others by a task. */
    private boolean toGroup(
            NewMessage message,
            StoredMessage stored,
            ConversationRef.Group group,
            Delivery delivery,
            PendingWrites writes)
            throws InterruptedException {
        Optional<Tenant> tenant = tenants.find(message.tenant());
        if (tenant.isEmpty()) {
            return true;
        }
        Optional<List<String>> found = members(tenant.get(), group, message.traceId());
        if (found.isEmpty()) {
            return false;
        }
        DurableSettings settings = tenant.get().settings().durable();
        List<String> now = found.get();
        if (now.size() > settings.notifyOnlyAbove()) {
            large.announce(message.tenant(), group, stored.seq(), message.traceId());
            now = List.of(message.sender());
        } else if (now.size() > settings.smallGroup()) {
            FanOutTask task = new FanOutTask(
                    message.tenant(), group, stored.seq(), stored.messageId(), message.sender(), message.traceId(), "");
            if (!tasks.add(task)) {
                return false;
            }
            now = List.of(message.sender());
        }
        fanOut.deliver(message.tenant(), now, delivery, LocalDelivery.NOBODY, writes);
        return true;
    }

    /** Who is in a group; empty where nobody could say. */
    private Optional<List<String>> members(Tenant tenant, ConversationRef.Group group, String traceId)
            throws InterruptedException {
        return switch (members.find(tenant, group, traceId)) {
            case GroupMembers.Lookup.Known known -> Optional.of(known.list());
            case GroupMembers.Lookup.Unavailable away -> {
                LOG.warn(
                        "members_unavailable",
                        "tenant",
                        tenant.id(),
                        "conversation",
                        group.id(),
                        "cause",
                        away.reason());
                yield Optional.empty();
            }
        };
    }

    /** Clients of the first protocol know one acknowledgement, which may be this. */
    private boolean isAcknowledgedWhenStored(NewMessage message) {
        return !message.isOfFirstProtocol()
                || tenants.find(message.tenant())
                        .map(tenant -> tenant.settings().durable().ack() == DurableSettings.Ack.PERSISTED)
                        .orElse(false);
    }

    /** Word of a change for everybody in a conversation but the connection that made it. */
    void change(Sender sender, ConversationRef conversation, ConversationFrame frame) throws InterruptedException {
        Delivery delivery = wordOf(sender, frame);
        var unused = to(
                sender.tenant().id(), conversation, sender.traceId(), delivery, sender.connection(), sender.writes());
    }

    /** Word of a change for some users, but not for the connection that made it. */
    void change(Sender sender, List<String> users, ConversationFrame frame) throws InterruptedException {
        fanOut.deliver(sender.tenant().id(), users, wordOf(sender, frame), sender.connection(), sender.writes());
    }

    private Delivery wordOf(Sender sender, ConversationFrame frame) {
        MessageRequest whose = MessageRequest.newBuilder()
                .setTenantId(sender.tenant().id())
                .setUserId(sender.user())
                .setDeviceId(sender.device())
                .build();
        return Delivery.change(frame, whose, sender.traceId(), ids.getAsLong());
    }

    private boolean to(
            String tenant,
            ConversationRef conversation,
            String traceId,
            Delivery delivery,
            long except,
            PendingWrites writes)
            throws InterruptedException {
        return switch (conversation) {
            case ConversationRef.Single single -> {
                fanOut.deliver(tenant, single.users(), delivery, except, writes);
                yield true;
            }
            case ConversationRef.Group group -> toGroup(tenant, group, traceId, delivery, except, writes);
            case ConversationRef.World world -> {
                // its sender does not wait behind everybody for what it is to be answered
                fanOut.deliver(tenant, List.of(delivery.message().getUserId()), delivery, except, writes);
                fanOut.deliverToEverybody(tenant, delivery.forOthers(), except);
                yield true;
            }
        };
    }

    private boolean toGroup(
            String tenant,
            ConversationRef.Group group,
            String traceId,
            Delivery delivery,
            long except,
            PendingWrites writes)
            throws InterruptedException {
        Optional<Tenant> known = tenants.find(tenant);
        if (known.isEmpty()) {
            return true;
        }
        Optional<List<String>> now = members(known.get(), group, traceId);
        if (now.isPresent()) {
            fanOut.deliver(tenant, now.get(), delivery, except, writes);
        }
        return now.isPresent();
    }
}
