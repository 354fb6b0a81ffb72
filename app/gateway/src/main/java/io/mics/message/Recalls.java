package io.mics.message;

import io.mics.hook.MemberListLease;
import io.mics.hook.MembersAnswer;
import io.mics.hook.TenantBackend;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.HookEvents;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.AckReason;
import io.mics.protocol.Conversation;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.IdRule;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.tenant.TenantLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * Takes a message back: asks every recall hook, sends to the devices that are online, then notifies the hooks. A pipe
 * tenant's messages are stored nowhere, so whether somebody may recall one is for the hooks alone to say: without one
 * nobody may.
 */
public final class Recalls {
    private static final Log LOG = Log.of(Recalls.class);

    private final RecallPermission permission;
    private final TenantBackend backend;
    private final GroupFanOut fanOut;
    private final HookEventLog hookEvents;
    private final DeliveryIds ids;
    private final IntSupplier maxMembers;

    /**
     * The use case.
     *
     * @param ids        those of messages: a recall is delivered like a message
     * @param maxMembers of one group; 0 is unlimited
     */
    public Recalls(
            RecallPermission permission,
            TenantBackend backend,
            GroupFanOut fanOut,
            HookEventLog hookEvents,
            DeliveryIds ids,
            IntSupplier maxMembers) {
        this.permission = permission;
        this.backend = backend;
        this.fanOut = fanOut;
        this.hookEvents = hookEvents;
        this.ids = ids;
        this.maxMembers = maxMembers;
    }

    /** Recalls a message; answers the {@code RECALLED} frame that others get too, or why not. */
    public OutboundFrame recall(Sender sender, InboundFrame.Recall recall) {
        MessageRequest.Builder which = MessageRequest.newBuilder()
                .setTenantId(sender.tenant().id())
                .setUserId(sender.user())
                .setDeviceId(sender.device())
                .setMsgId(recall.msgId())
                .setTimestampMs(System.currentTimeMillis());
        if (!IdRule.allowsMessageId(recall.msgId())) {
            return refused(ErrorCode.INVALID, "a message id has 1 to 128 printable characters", "messageId", recall);
        }
        switch (Conversation.parse(recall.conversation(), sender.user())) {
            case Conversation.WithUser with ->
                which.setMsgType(MessageType.SINGLE_CHAT).setToUserId(with.user());
            case Conversation.InGroup in ->
                which.setMsgType(MessageType.GROUP_CHAT).setGroupId(in.group());
            case Conversation.Unclear unclear -> {
                return refused(ErrorCode.INVALID, unclear.why(), "conversationId", recall);
            }
        }
        String target = which.getMsgType() == MessageType.GROUP_CHAT ? which.getGroupId() : which.getToUserId();
        if (!sender.tenant().ids().allows(target)) {
            return refused(ErrorCode.NO_RECIPIENT, "no such conversation", "conversationId", recall);
        }
        if (!sender.tenant().limits().messages().tryTake()) {
            return refused(ErrorCode.RATE_LIMITED, "tenant qps limited", "", recall);
        }
        try {
            return permitted(sender, which.build(), recall);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(ErrorCode.INTERNAL, "internal error", "", recall);
        } catch (RuntimeException e) {
            LOG.error("recall_failed", e, "tenant", sender.tenant().id(), "traceId", sender.traceId());
            return refused(ErrorCode.INTERNAL, "internal error", "", recall);
        }
    }

    private OutboundFrame permitted(Sender sender, MessageRequest which, InboundFrame.Recall recall)
            throws InterruptedException {
        HookEvent.Recalled event = event(sender, which);
        sender.writes().start();
        return switch (permission.ask(event)) {
            case RecallPermission.Decision.Allowed allowed -> bounded(sender, which, recall, event);
            case RecallPermission.Decision.Denied denied -> refused(ErrorCode.RECALL_REFUSED, denied.why(), "", recall);
        };
    }

    private static HookEvent.Recalled event(Sender sender, MessageRequest which) {
        Instant at = Instant.ofEpochMilli(which.getTimestampMs());
        return HookEvents.recalled(
                sender.tenant().id(),
                Conversation.of(which),
                sender.device(),
                sender.traceId(),
                new RecallEvent(which.getMsgId(), sender.user(), at, Map.of()));
    }

    private OutboundFrame bounded(
            Sender sender, MessageRequest which, InboundFrame.Recall recall, HookEvent.Recalled event)
            throws InterruptedException {
        TenantLimits limits = sender.tenant().limits();
        Semaphore permits = which.getMsgType() == MessageType.GROUP_CHAT ? limits.fanouts() : limits.sends();
        if (!sender.acquire(permits)) {
            return refused(ErrorCode.RATE_LIMITED, AckReason.TENANT_BUSY, "", recall);
        }
        try (MemberListLease lease = backend.leaseForMembers(sender.tenant())) {
            return switch (concerned(sender, which, lease)) {
                case MembersAnswer.NoRoom none -> refused(ErrorCode.RATE_LIMITED, AckReason.TENANT_BUSY, "", recall);
                case MembersAnswer.Failed failed -> refused(ErrorCode.RECALL_REFUSED, failed.ackReason(), "", recall);
                case MembersAnswer.Members members -> deliver(sender, which, recall, members.userIds(), event);
            };
        } finally {
            permits.release();
        }
    }

    /** Who receives it, the operator's other devices included. */
    private MembersAnswer concerned(Sender sender, MessageRequest which, MemberListLease lease)
            throws InterruptedException {
        if (which.getMsgType() == MessageType.GROUP_CHAT) {
            return backend.groupMembers(sender.tenant(), which.getGroupId(), sender.traceId(), lease);
        }
        return new MembersAnswer.Members(
                Stream.of(which.getUserId(), which.getToUserId()).distinct().toList());
    }

    private OutboundFrame deliver(
            Sender sender,
            MessageRequest which,
            InboundFrame.Recall recall,
            List<String> users,
            HookEvent.Recalled event)
            throws InterruptedException {
        if (users.isEmpty()) {
            return refused(ErrorCode.NO_RECIPIENT, AckReason.GROUP_EMPTY, "conversationId", recall);
        }
        int most = maxMembers.getAsInt();
        if (most > 0 && users.size() > most) {
            return refused(ErrorCode.RECALL_REFUSED, AckReason.GROUP_TOO_LARGE, "", recall);
        }
        Delivery recalled = Delivery.recall(which, sender.traceId(), ids.next());
        fanOut.deliver(sender.tenant().id(), users, recalled, sender.connection(), sender.writes());
        hookEvents.publish(event);
        return recalled;
    }

    private static OutboundFrame refused(ErrorCode code, String why, String field, InboundFrame.Recall recall) {
        return new OutboundFrame.Failure(code, why, field, recall.msgId(), recall.requestId());
    }
}
