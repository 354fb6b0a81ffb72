package io.mics.conversation;

import io.mics.concurrent.PendingWrites;
import io.mics.message.Sender;
import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Brings changes, and what was stored, to the devices of everybody in a conversation, on all nodes. */
public final class ConversationDelivery {
    private static final Log LOG = Log.of(ConversationDelivery.class);

    private final Tenants tenants;
    private final GroupMembers members;
    private final GroupFanOut fanOut;
    private final LongSupplier ids;

    /**
     * Delivery by {@code fanOut}.
     *
     * @param ids the next identity of a delivery, unique in the cluster
     */
    public ConversationDelivery(Tenants tenants, GroupMembers members, GroupFanOut fanOut, LongSupplier ids) {
        this.tenants = tenants;
        this.members = members;
        this.fanOut = fanOut;
        this.ids = ids;
    }

    /** Who is in a group. */
    public GroupMembers.Lookup members(Tenant tenant, ConversationRef.Group group, String traceId)
            throws InterruptedException {
        GroupMembers.Lookup found = members.find(tenant, group, traceId);
        if (found instanceof GroupMembers.Lookup.Unavailable away) {
            LOG.warn("members_unavailable", "tenant", tenant.id(), "conversation", group.id(), "cause", away.reason());
        }
        return found;
    }

    /** Word of a change for everybody in a conversation but the connection that made it. */
    void change(Sender sender, ConversationRef conversation, ConversationFrame frame) throws InterruptedException {
        Delivery delivery = wordOf(sender, frame);
        var unused = deliver(
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

    /**
     * To everybody in a conversation who is online.
     *
     * @param except a connection that gets nothing
     * @return {@link Distributed.Later} where it was not known who is in the conversation
     */
    public Distributed deliver(
            String tenant,
            ConversationRef conversation,
            String traceId,
            Delivery delivery,
            long except,
            PendingWrites writes)
            throws InterruptedException {
        return switch (conversation) {
            case ConversationRef.Single single -> {
                List<String> users = single.users();
                yield Distributed.Reached.of(users, fanOut.deliver(tenant, users, delivery, except, writes));
            }
            case ConversationRef.Group group -> toGroup(tenant, group, traceId, delivery, except, writes);
            case ConversationRef.World world -> {
                // its sender does not wait behind everybody for what it is to be answered
                fanOut.deliver(tenant, List.of(delivery.message().getUserId()), delivery, except, writes);
                fanOut.deliverToEverybody(tenant, delivery.forOthers(), except);
                yield new Distributed.Broadcast();
            }
        };
    }

    private Distributed toGroup(
            String tenant,
            ConversationRef.Group group,
            String traceId,
            Delivery delivery,
            long except,
            PendingWrites writes)
            throws InterruptedException {
        Optional<Tenant> known = tenants.find(tenant);
        if (known.isEmpty()) {
            return new Distributed.WithoutTenant();
        }
        return switch (members(known.get(), group, traceId)) {
            case GroupMembers.Lookup.Known now -> {
                List<String> users = now.list();
                yield Distributed.Reached.of(users, fanOut.deliver(tenant, users, delivery, except, writes));
            }
            case GroupMembers.Lookup.Unavailable away -> Distributed.Later.withoutMembers(away);
        };
    }
}
