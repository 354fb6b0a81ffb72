package io.mics.conversation.distribution;

import io.mics.concurrent.PendingWrites;
import io.mics.conversation.ConversationDelivery;
import io.mics.conversation.Distributed;
import io.mics.conversation.GroupMembers;
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
    public Distributed distribute(NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated)
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
    private Distributed toGroup(
            NewMessage message,
            StoredMessage stored,
            ConversationRef.Group group,
            Delivery delivery,
            PendingWrites writes)
            throws InterruptedException {
        Optional<Tenant> tenant = tenants.find(message.tenant());
        if (tenant.isEmpty()) {
            return new Distributed.WithoutTenant();
        }
        return switch (devices.members(tenant.get(), group, message.traceId())) {
            case GroupMembers.Lookup.Known known -> {
                List<String> all = known.list();
                DurableSettings settings = tenant.get().settings().durable();
                if (all.size() > settings.notifyOnlyAbove()) {
                    large.announce(message.tenant(), group, stored.seq(), message.traceId());
                    toSender(message, delivery, writes);
                    yield new Distributed.Announced(all.size());
                }
                if (all.size() > settings.smallGroup()) {
                    if (!tasks.add(task(message, stored, group))) {
                        yield new Distributed.Later("no room for another task of a large group");
                    }
                    toSender(message, delivery, writes);
                    yield new Distributed.Queued(all.size());
                }
                yield Distributed.Reached.of(
                        all, fanOut.deliver(message.tenant(), all, delivery, LocalDelivery.NOBODY, writes));
            }
            case GroupMembers.Lookup.Unavailable away -> Distributed.Later.withoutMembers(away);
        };
    }

    private static FanOutTask task(NewMessage message, StoredMessage stored, ConversationRef.Group group) {
        return new FanOutTask(
                message.tenant(), group, stored.seq(), stored.messageId(), message.sender(), message.traceId(), "");
    }

    private void toSender(NewMessage message, Delivery delivery, PendingWrites writes) throws InterruptedException {
        fanOut.deliver(message.tenant(), List.of(message.sender()), delivery, LocalDelivery.NOBODY, writes);
    }

    /** Clients of the first protocol know one acknowledgement, which may be this. */
    private boolean isAcknowledgedWhenStored(NewMessage message) {
        return !message.isOfFirstProtocol()
                || tenants.find(message.tenant())
                        .map(tenant -> tenant.settings().durable().ack() == DurableSettings.Ack.PERSISTED)
                        .orElse(false);
    }
}
