package io.mics.protocol;

import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.Gap;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncResult;
import io.mics.proto.message.v1.UserTyping;
import java.util.Optional;

/** How the frames of durable conversations stand in protobuf. */
public final class ProtobufConversations {
    private ProtobufConversations() {}

    /** What a client asks for; one with a request id that is too long cannot be read. */
    static InboundFrame read(ClientFrame frame) {
        InboundFrame request = request(frame);
        return requestId(frame).length() <= ConversationRequest.REQUEST_ID_MAX
                ? request
                : new InboundFrame.Unreadable(new OutboundFrame.Failure(
                        ErrorCode.INVALID,
                        "request_id is longer than " + ConversationRequest.REQUEST_ID_MAX + " characters",
                        "request_id"));
    }

    private static InboundFrame request(ClientFrame frame) {
        return switch (frame.getPayloadCase()) {
            case SEND -> {
                var send = frame.getSend();
                yield new ConversationRequest.Send(
                        send.getClientMsgId(),
                        send.getConversationId(),
                        send.getContentType(),
                        send.getBody(),
                        send.getHeadersMap());
            }
            case SYNC -> {
                var sync = frame.getSync();
                yield new ConversationRequest.Sync(
                        sync.getConversationId(), sync.getAfterSeq(), sync.getLimit(), sync.getRequestId());
            }
            case MARK_READ -> {
                var read = frame.getMarkRead();
                yield new ConversationRequest.MarkRead(read.getConversationId(), read.getSeq(), read.getRequestId());
            }
            case CONVERSATIONS -> {
                var list = frame.getConversations();
                yield new ConversationRequest.ListConversations(
                        list.getChangedSinceMs(), list.getLimit(), list.getCursor(), list.getRequestId());
            }
            case EDIT -> {
                var edit = frame.getEdit();
                yield new ConversationRequest.Edit(
                        edit.getConversationId(), edit.getMessageId(), edit.getBody(), edit.getRequestId());
            }
            case TYPING -> new ConversationRequest.Typing(frame.getTyping().getConversationId());
            case HIDE -> {
                var hide = frame.getHide();
                yield new ConversationRequest.Hide(hide.getConversationId(), hide.getSeqsList(), hide.getRequestId());
            }
            case CLEAR -> {
                var clear = frame.getClear();
                yield new ConversationRequest.Clear(
                        clear.getConversationId(), clear.getBeforeSeq(), clear.getBeforeMs(), clear.getRequestId());
            }
            case RECALL -> recall(frame.getRecall());
            case DELIVERY_ACK -> shown(frame.getDeliveryAck());
            case MESSAGE, HEARTBEAT_PING, PAYLOAD_NOT_SET -> new InboundFrame.Unknown();
        };
    }

    /**
     * A sender's name for a message wins over its id: pipe tenants know no other. One with neither is an unknown frame,
     * unless it has a request id, under which an answer may be waited for.
     */
    private static InboundFrame recall(Recall recall) {
        if (!recall.getMsgId().isEmpty()) {
            return new InboundFrame.Recall(recall.getMsgId(), recall.getConversationId(), recall.getRequestId());
        }
        if (recall.getMessageId() != 0) {
            return new ConversationRequest.Recall(
                    recall.getMessageId(), "", recall.getConversationId(), recall.getRequestId());
        }
        return recall.getRequestId().isEmpty()
                ? new InboundFrame.Unknown()
                : new InboundFrame.Unreadable(OutboundFrame.Failure.of(
                        ErrorCode.INVALID, "neither message_id nor msg_id", "message_id", recall.getRequestId()));
    }

    private static InboundFrame shown(io.mics.proto.message.v1.DeliveryAck ack) {
        if (ack.getMsgIdsCount() > 0) {
            return new InboundFrame.DeliveryAck(ack.getMsgIdsList(), ack.getConversationId());
        }
        return ack.getMessageIdsCount() == 0 && ack.getSeq() == 0
                ? new InboundFrame.Unknown()
                : new ConversationRequest.Delivered(ack.getMessageIdsList(), ack.getConversationId(), ack.getSeq());
    }

    private static String requestId(ClientFrame frame) {
        return switch (frame.getPayloadCase()) {
            case SYNC -> frame.getSync().getRequestId();
            case MARK_READ -> frame.getMarkRead().getRequestId();
            case CONVERSATIONS -> frame.getConversations().getRequestId();
            case EDIT -> frame.getEdit().getRequestId();
            case HIDE -> frame.getHide().getRequestId();
            case CLEAR -> frame.getClear().getRequestId();
            case RECALL -> frame.getRecall().getRequestId();
            case SEND, TYPING, DELIVERY_ACK, MESSAGE, HEARTBEAT_PING, PAYLOAD_NOT_SET -> "";
        };
    }

    /** What devices and, of changes, other nodes get. */
    public static ServerFrame write(ConversationFrame frame) {
        ServerFrame.Builder out = ServerFrame.newBuilder();
        return switch (frame) {
            case ConversationFrame.Ack a -> out.setAck(ack(a)).build();
            case ConversationFrame.Page p -> out.setSyncResult(page(p)).build();
            case ConversationFrame.Entries e -> out.setConversations(entries(e)).build();
            case ConversationFrame.Recalled r ->
                out.setRecalled(io.mics.proto.message.v1.Recalled.newBuilder()
                                .setConversationId(r.conversation())
                                .setSeq(r.seq())
                                .setMessageId(r.messageId())
                                .setOperatorId(r.operator())
                                .setRecalledAtMs(r.recalledAtMs())
                                .setMsgId(r.clientMsgId()))
                        .build();
            case ConversationFrame.Edited e ->
                out.setEdited(io.mics.proto.message.v1.Edited.newBuilder()
                                .setConversationId(e.conversation())
                                .setSeq(e.seq())
                                .setMessageId(e.messageId())
                                .setBody(e.body())
                                .setEditedAtMs(e.editedAtMs())
                                .setVersion(e.version()))
                        .build();
            case ConversationFrame.Read r ->
                out.setRead(io.mics.proto.message.v1.Read.newBuilder()
                                .setConversationId(r.conversation())
                                .setUserId(r.user())
                                .setSeq(r.seq()))
                        .build();
            case ConversationFrame.Typing t ->
                out.setTyping(UserTyping.newBuilder()
                                .setConversationId(t.conversation())
                                .setUserId(t.user()))
                        .build();
            case ConversationFrame.Updated u ->
                out.setConversationUpdate(io.mics.proto.message.v1.ConversationUpdate.newBuilder()
                                .setConversationId(u.conversation())
                                .setUnread(u.unread())
                                .setLastSeq(u.lastSeq()))
                        .build();
            case ConversationFrame.Missed m ->
                out.setGap(Gap.newBuilder()
                                .setConversationId(m.conversation())
                                .setFromSeq(m.fromSeq())
                                .setToSeq(m.toSeq()))
                        .build();
        };
    }

    /** The change in a frame that {@link #write} made; empty where it is none that concerns more than one device. */
    public static Optional<ConversationFrame> readChange(ServerFrame frame) {
        return switch (frame.getPayloadCase()) {
            case RECALLED -> {
                var r = frame.getRecalled();
                yield Optional.of(new ConversationFrame.Recalled(
                        r.getConversationId(),
                        r.getSeq(),
                        r.getMessageId(),
                        r.getMsgId(),
                        r.getOperatorId(),
                        r.getRecalledAtMs()));
            }
            case EDITED -> {
                var e = frame.getEdited();
                yield Optional.of(new ConversationFrame.Edited(
                        e.getConversationId(),
                        e.getSeq(),
                        e.getMessageId(),
                        e.getBody(),
                        e.getEditedAtMs(),
                        e.getVersion()));
            }
            case READ -> {
                var r = frame.getRead();
                yield Optional.of(new ConversationFrame.Read(r.getConversationId(), r.getUserId(), r.getSeq()));
            }
            case TYPING -> {
                var t = frame.getTyping();
                yield Optional.of(new ConversationFrame.Typing(t.getConversationId(), t.getUserId()));
            }
            case CONVERSATION_UPDATE -> {
                var u = frame.getConversationUpdate();
                yield Optional.of(new ConversationFrame.Updated(u.getConversationId(), u.getUnread(), u.getLastSeq()));
            }
            case GAP -> {
                var g = frame.getGap();
                yield Optional.of(new ConversationFrame.Missed(g.getConversationId(), g.getFromSeq(), g.getToSeq()));
            }
            case CONNECT_ACK, DELIVERY, ACK, ERROR, HEARTBEAT_PONG, SYNC_RESULT, PUSH, CONVERSATIONS, PAYLOAD_NOT_SET ->
                Optional.empty();
        };
    }

    /** A message as devices get it; one that is stored with where it stands. */
    static MessageDelivery.Builder delivery(Delivery d) {
        MessageDelivery.Builder out =
                MessageDelivery.newBuilder().setMessage(d.message()).setContentType(d.contentType());
        Delivery.Stored stored = d.stored();
        return stored == null
                ? out
                : out.setConversationId(stored.conversation())
                        .setSeq(stored.seq())
                        .setMessageId(stored.messageId())
                        .setSenderDevice(d.message().getDeviceId());
    }

    private static MessageDelivery stored(StoredMessage m, String tenant) {
        return MessageDelivery.newBuilder()
                .setMessage(m.request(tenant))
                .setConversationId(m.conversation().id())
                .setSeq(m.seq())
                .setMessageId(m.messageId())
                .setContentType(m.contentType())
                .setSenderDevice(m.device())
                .setRecalledAtMs(m.recalledMs())
                .setEditedAtMs(m.editedMs())
                .setVersion(m.version())
                .build();
    }

    private static MessageAck ack(ConversationFrame.Ack a) {
        return MessageAck.newBuilder()
                .setMsgId(a.clientMsgId())
                .setStatus(AckStatus.SENT)
                .setTimestampMs(a.timestampMs())
                .setReason(a.duplicate() ? AckReason.DUPLICATE : AckReason.NONE)
                .setMessageId(a.messageId())
                .setSeq(a.seq())
                .setConversationId(a.conversation())
                .setLevel(
                        switch (a.level()) {
                            case ACCEPTED -> AckLevel.ACK_LEVEL_ACCEPTED;
                            case PERSISTED -> AckLevel.ACK_LEVEL_PERSISTED;
                        })
                .build();
    }

    private static SyncResult page(ConversationFrame.Page p) {
        SyncResult.Builder out = SyncResult.newBuilder()
                .setConversationId(p.conversation())
                .setFirstSeq(p.firstSeq())
                .setLastSeq(p.lastSeq())
                .setHasMore(p.hasMore())
                .setRequestId(p.requestId());
        p.messages().forEach(message -> out.addMessages(stored(message, p.tenant())));
        return out.build();
    }

    private static Conversations entries(ConversationFrame.Entries list) {
        Conversations.Builder out =
                Conversations.newBuilder().setNextCursor(list.nextCursor()).setRequestId(list.requestId());
        for (ConversationFrame.Entry entry : list.entries()) {
            var one = out.addConversationsBuilder()
                    .setConversationId(entry.conversation())
                    .setUnread(entry.unread())
                    .setLastSeq(entry.lastSeq())
                    .setFirstSeq(entry.firstSeq())
                    .setReadSeq(entry.readSeq());
            if (entry.last() != null) {
                one.setLastMessage(stored(entry.last(), list.tenant()));
            }
        }
        return out.build();
    }
}
