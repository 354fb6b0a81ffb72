package io.mics.conversation.distribution;

import io.mics.concurrent.PendingWrites;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.NewMessage;
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

/**
 * Distribution by {@code fanOut} at once; to large groups by tasks, and to very large ones by word that there is news.
 */
public final class MessageDistribution implements Distribution {
    private final Tenants tenants;
    private final ConversationDelivery devices;
    private final GroupFanOut fanOut;
    private final LargeGroups large;
    private final LargeGroups.Tasks tasks;

    /** Distribution to {@code devices}, and to those of large groups by {@code tasks}. */
    public MessageDistribution(
            Tenants tenants,
            ConversationDelivery devices,
            GroupFanOut fanOut,
            LargeGroups large,
            LargeGroups.Tasks tasks) {
        this.tenants = tenants;
        this.devices = devices;
        this.fanOut = fanOut;
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
                    : devices.deliver(
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
        Optional<List<String>> found = devices.members(tenant.get(), group, message.traceId());
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

    /** Clients of the first protocol know one acknowledgement, which may be this. */
    private boolean isAcknowledgedWhenStored(NewMessage message) {
        return !message.isOfFirstProtocol()
                || tenants.find(message.tenant())
                        .map(tenant -> tenant.settings().durable().ack() == DurableSettings.Ack.PERSISTED)
                        .orElse(false);
    }
}
