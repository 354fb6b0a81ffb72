package io.mics.conversation;

import io.mics.hook.SendDecision;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.HookEvents;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.message.PreSend;
import io.mics.message.Sender;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.IdRule;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user changes in a durable conversation: a message recalled or edited, messages hidden or cleared for itself,
 * the pointer of what it has read. What others may see goes to their devices that are online; the rest find it when
 * they sync.
 */
final class ChangeConversations {
    private static final int MOST_HIDDEN = 256;

    private final Access access;
    private final Conversations conversations;
    private final PreSend hooks;
    private final RecallPermission recallPermission;
    private final HookEventLog hookEvents;
    private final ConversationDelivery devices;
    private final int maxBodyBytes;

    /**
     * The use cases.
     *
     * @param maxBodyBytes of one body; 0 is unlimited
     */
    ChangeConversations(
            Access access,
            Conversations conversations,
            PreSend hooks,
            RecallPermission recallPermission,
            HookEventLog hookEvents,
            ConversationDelivery devices,
            int maxBodyBytes) {
        this.access = access;
        this.conversations = conversations;
        this.hooks = hooks;
        this.recallPermission = recallPermission;
        this.hookEvents = hookEvents;
        this.devices = devices;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Moves the reader's pointer; its other devices are notified, and in a conversation of two the other user. */
    OutboundFrame markRead(Sender reader, ConversationRequest.MarkRead mark) throws InterruptedException {
        String request = mark.requestId();
        if (mark.seq() < 0) {
            return Failures.invalid("seqId", "seqId is negative", request);
        }
        if (access.toRead(reader, mark.conversation()) instanceof Access.Decision.Refused refused) {
            return Failures.refused(refused.reason(), request);
        }
        ConversationRef conversation = parsed(reader, mark.conversation());
        Reply<Conversations.ReadMark> reply =
                conversations.markRead(ReadConversations.readerOf(reader), conversation, mark.seq());
        if (!(reply instanceof Reply.Ok<Conversations.ReadMark> ok)) {
            return Failures.of(reply, request);
        }
        Conversations.ReadMark now = ok.value();
        if (now.moved()) {
            List<String> concerned =
                    conversation instanceof ConversationRef.Single single ? single.users() : List.of(reader.user());
            devices.change(
                    reader, concerned, new ConversationFrame.Read(conversation.id(), reader.user(), now.readSeq()));
        }
        return new ConversationFrame.Updated(conversation.id(), now.unread(), now.lastSeq());
    }

    /** Only after {@link Access} has allowed it. */
    private static ConversationRef parsed(Sender sender, String spelled) {
        return switch (Access.parse(sender, spelled)) {
            case Access.Decision.Allowed allowed -> allowed.conversation();
            case Access.Decision.Refused refused -> throw new IllegalStateException(refused.reason());
        };
    }

    /** Takes a message back: its sender within the tenant's window, and whoever a recall hook lets. */
    OutboundFrame recall(Sender sender, ConversationRequest.Recall recall) throws InterruptedException {
        String request = recall.requestId();
        Reply<StoredMessage> found = find(sender, recall.messageId(), recall.clientMsgId(), recall.conversation());
        if (!(found instanceof Reply.Ok<StoredMessage> ok)) {
            return Failures.of(found, request);
        }
        StoredMessage message = ok.value();
        if (access.toRead(sender, message.conversation()) instanceof Access.Decision.Refused refused) {
            return Failures.refused(refused.reason(), request);
        }
        Instant at = Instant.now();
        HookedRecall asked = new HookedRecall(sender, message, at);
        return switch (recallPermission.ask(asked.event())) {
            case RecallPermission.Decision.Denied denied ->
                Failures.refused(ErrorCode.RECALL_REFUSED, denied.why(), request);
            case RecallPermission.Decision.Allowed allowed -> {
                Optional<String> refusal = allowed.byHook()
                        ? Optional.empty()
                        : ownRefusal(
                                sender,
                                message,
                                sender.tenant().settings().durable().recallWindow(),
                                AckReason.RECALL_WINDOW_OVER,
                                at.toEpochMilli());
                yield refusal.isPresent()
                        ? Failures.refused(ErrorCode.RECALL_REFUSED, refusal.get(), request)
                        : recalled(sender, message, at, asked, request);
            }
        };
    }

    /** What hooks are asked about a recall, and notified of. */
    private record HookedRecall(Sender sender, StoredMessage message, Instant at) {
        HookEvent.Recalled event() {
            return HookEvents.recalled(
                    sender.tenant().id(),
                    message.conversation().id(),
                    sender.device(),
                    sender.traceId(),
                    new RecallEvent(Long.toString(message.messageId()), sender.user(), at, Map.of()));
        }
    }

    private OutboundFrame recalled(Sender sender, StoredMessage message, Instant at, HookedRecall asked, String request)
            throws InterruptedException {
        if (message.isRecalled()) {
            return frame(message, sender.user());
        }
        Reply<StoredMessage> reply =
                conversations.recall(ReadConversations.readerOf(sender), message, at.toEpochMilli());
        if (!(reply instanceof Reply.Ok<StoredMessage> ok)) {
            return Failures.of(reply, request);
        }
        ConversationFrame.Recalled frame = frame(ok.value(), sender.user());
        devices.change(sender, ok.value().conversation(), frame);
        hookEvents.publish(asked.event());
        return frame;
    }

    private static ConversationFrame.Recalled frame(StoredMessage message, String operator) {
        return new ConversationFrame.Recalled(
                message.conversation().id(),
                message.seq(),
                message.messageId(),
                message.clientMsgId(),
                operator,
                message.recalledMs());
    }

    private Reply<StoredMessage> find(Sender sender, long messageId, String clientMsgId, String spelled) {
        if (messageId != 0) {
            return conversations.find(ReadConversations.readerOf(sender), messageId);
        }
        return switch (Access.parse(sender, spelled)) {
            case Access.Decision.Refused refused -> new Reply.NotFound<>();
            case Access.Decision.Allowed allowed ->
                IdRule.allowsMessageId(clientMsgId)
                        ? conversations.find(ReadConversations.readerOf(sender), allowed.conversation(), clientMsgId)
                        : new Reply.NotFound<>();
        };
    }

    /** Why a sender's own message may not be changed; empty when it may. */
    private static Optional<String> ownRefusal(
            Sender sender, StoredMessage message, Duration window, String over, long nowMs) {
        if (!message.sender().equals(sender.user())) {
            return Optional.of("not the sender");
        }
        return nowMs - message.createdMs() > window.toMillis() ? Optional.of(over) : Optional.empty();
    }

    /** Replaces the body of a message of one's own, as the pre-send hooks let it pass. */
    OutboundFrame edit(Sender sender, ConversationRequest.Edit edit) throws InterruptedException {
        String request = edit.requestId();
        if (edit.body().isEmpty()) {
            return Failures.invalid("content", AckReason.EMPTY_BODY, request);
        }
        if (maxBodyBytes > 0 && edit.body().size() > maxBodyBytes) {
            return Failures.invalid("content", AckReason.BODY_TOO_LARGE, request);
        }
        Reply<StoredMessage> found = find(sender, edit.messageId(), "", edit.conversation());
        if (!(found instanceof Reply.Ok<StoredMessage> ok)) {
            return Failures.of(found, request);
        }
        StoredMessage message = ok.value();
        if (access.toWrite(sender, message.conversation()) instanceof Access.Decision.Refused refused) {
            return Failures.refused(refused.reason(), request);
        }
        Duration window = sender.tenant().settings().durable().editWindow();
        Optional<String> refusal =
                ownRefusal(sender, message, window, AckReason.EDIT_WINDOW_OVER, System.currentTimeMillis());
        if (refusal.isPresent()) {
            return Failures.refused(ErrorCode.EDIT_REFUSED, refusal.get(), request);
        }
        if (message.isRecalled()) {
            return Failures.refused(ErrorCode.EDIT_REFUSED, "recalled", request);
        }
        Delivery draft = new Delivery(
                message.request(sender.tenant().id()).toBuilder()
                        .setMsgBody(edit.body())
                        .build(),
                message.contentType(),
                sender.traceId(),
                0);
        return switch (hooks.ask(sender, draft)) {
            case SendDecision.Denied denied -> Failures.refused(ErrorCode.EDIT_REFUSED, denied.reason(), request);
            case SendDecision.Allowed allowed -> edited(sender, message, allowed, request);
        };
    }

    private OutboundFrame edited(Sender sender, StoredMessage message, SendDecision.Allowed allowed, String request)
            throws InterruptedException {
        Reply<StoredMessage> reply = conversations.edit(
                ReadConversations.readerOf(sender),
                message,
                allowed.message().getMsgBody(),
                System.currentTimeMillis());
        if (!(reply instanceof Reply.Ok<StoredMessage> ok)) {
            return Failures.of(reply, request);
        }
        StoredMessage now = ok.value();
        ConversationFrame.Edited frame = new ConversationFrame.Edited(
                now.conversation().id(), now.seq(), now.messageId(), now.body(), now.editedMs(), now.version());
        devices.change(sender, now.conversation(), frame);
        return frame;
    }

    /** Removes messages for the reader alone; answered by how its conversation stands now. */
    OutboundFrame hide(Sender reader, ConversationRequest.Hide hide) throws InterruptedException {
        String request = hide.requestId();
        if (hide.seqs().isEmpty() || hide.seqs().size() > MOST_HIDDEN) {
            return Failures.invalid("seqs", "1 to " + MOST_HIDDEN + " seqs in one frame", request);
        }
        if (access.toRead(reader, hide.conversation()) instanceof Access.Decision.Refused refused) {
            return Failures.refused(refused.reason(), request);
        }
        ConversationRef conversation = parsed(reader, hide.conversation());
        Reply<Boolean> reply = conversations.hide(ReadConversations.readerOf(reader), conversation, hide.seqs());
        return reply instanceof Reply.Ok<Boolean>
                ? standing(reader, conversation, request)
                : Failures.of(reply, request);
    }

    /** Clears a conversation for the reader alone. */
    OutboundFrame clear(Sender reader, ConversationRequest.Clear clear) throws InterruptedException {
        String request = clear.requestId();
        if (clear.beforeSeq() < 0 || clear.beforeMs() < 0) {
            return Failures.invalid(
                    clear.beforeSeq() < 0 ? "beforeSeq" : "before", "beforeSeq and before are not negative", request);
        }
        if (access.toRead(reader, clear.conversation()) instanceof Access.Decision.Refused refused) {
            return Failures.refused(refused.reason(), request);
        }
        ConversationRef conversation = parsed(reader, clear.conversation());
        Conversations.Reader who = ReadConversations.readerOf(reader);
        long upTo = clear.beforeSeq() == 0 ? Long.MAX_VALUE : clear.beforeSeq();
        if (clear.beforeMs() > 0) {
            Reply<Long> last = conversations.lastSeqBefore(who, conversation, clear.beforeMs());
            if (!(last instanceof Reply.Ok<Long> ok)) {
                return Failures.of(last, request);
            }
            upTo = Math.min(upTo, ok.value());
        }
        Reply<Boolean> reply = conversations.clear(who, conversation, upTo);
        return reply instanceof Reply.Ok<Boolean>
                ? standing(reader, conversation, request)
                : Failures.of(reply, request);
    }

    /** How a conversation stands for a reader: a mark at the beginning moves nothing and says so. */
    private OutboundFrame standing(Sender reader, ConversationRef conversation, String request) {
        Reply<Conversations.ReadMark> reply =
                conversations.markRead(ReadConversations.readerOf(reader), conversation, 0);
        return reply instanceof Reply.Ok<Conversations.ReadMark> ok
                ? new ConversationFrame.Updated(
                        conversation.id(), ok.value().unread(), ok.value().lastSeq())
                : Failures.of(reply, request);
    }

    /** Lets those who are online know that the user is typing; who may not write there is not answered. */
    void typing(Sender sender, ConversationRef conversation) throws InterruptedException {
        if (!(conversation instanceof ConversationRef.World)
                && access.toWrite(sender, conversation) instanceof Access.Decision.Allowed) {
            devices.change(sender, conversation, new ConversationFrame.Typing(conversation.id(), sender.user()));
        }
    }
}
