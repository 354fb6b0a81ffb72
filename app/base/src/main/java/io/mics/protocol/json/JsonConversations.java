package io.mics.protocol.json;

import io.mics.protocol.ConversationFrame;
import io.mics.protocol.StoredMessage;
import jakarta.json.stream.JsonGenerator;

/** How frames of durable conversations are written as JSON: message ids are strings, sequence numbers are numbers. */
final class JsonConversations {
    private JsonConversations() {}

    /** Writes type and data. */
    static void write(JsonGenerator out, ConversationFrame frame) {
        switch (frame) {
            case ConversationFrame.Ack a -> messageAck(out, a);
            case ConversationFrame.Page p -> syncResult(out, p);
            case ConversationFrame.Entries e -> conversations(out, e);
            case ConversationFrame.Recalled r -> messageRecalled(out, r);
            case ConversationFrame.Edited e -> messageEdited(out, e);
            case ConversationFrame.Read r ->
                JsonFrames.data(out, "message-read")
                        .write("conversationId", r.conversation())
                        .write("userId", r.user())
                        .write("seqId", r.seq())
                        .writeEnd();
            case ConversationFrame.Typing t ->
                JsonFrames.data(out, "typing")
                        .write("conversationId", t.conversation())
                        .write("userId", t.user())
                        .writeEnd();
            case ConversationFrame.Updated u ->
                JsonFrames.data(out, "conversation-update")
                        .write("conversationId", u.conversation())
                        .write("unread", u.unread())
                        .write("lastSeq", u.lastSeq())
                        .writeEnd();
            case ConversationFrame.Missed m ->
                JsonFrames.data(out, "gap")
                        .write("conversationId", m.conversation())
                        .write("fromSeq", m.fromSeq())
                        .write("toSeq", m.toSeq())
                        .writeEnd();
        }
    }

    /**
     * The status is {@code sent} when the log has the message, which is what clients of pipe tenants know for accepted;
     * {@code persisted} when the database has it, so that the second acknowledgement of a message can be distinguished
     * from the first; and {@code duplicate} for a resend, at either level. Number and id are left out until there are
     * any.
     */
    private static void messageAck(JsonGenerator out, ConversationFrame.Ack a) {
        String status = a.duplicate()
                ? "duplicate"
                : switch (a.level()) {
                    case ACCEPTED -> "sent";
                    case PERSISTED -> "persisted";
                };
        JsonFrames.data(out, "message-ack")
                .write("tempMessageId", a.clientMsgId())
                .write("client_msg_id", a.clientMsgId())
                .write("conversationId", a.conversation());
        if (a.messageId() != 0) {
            out.write("messageId", Long.toString(a.messageId())).write("seqId", a.seq());
        }
        out.write("sendTime", a.timestampMs()).write("status", status);
        if (a.duplicate()) {
            out.write("reason", "duplicate");
        }
        out.writeEnd();
    }

    private static void syncResult(JsonGenerator out, ConversationFrame.Page p) {
        JsonFrames.data(out, "sync-result").write("conversationId", p.conversation());
        out.writeStartArray("messages");
        for (StoredMessage message : p.messages()) {
            out.writeStartObject();
            message(out, message);
            out.writeEnd();
        }
        out.writeEnd()
                .write("firstSeq", p.firstSeq())
                .write("lastSeq", p.lastSeq())
                .write("hasMore", p.hasMore());
        requestId(out, p.requestId());
        out.writeEnd();
    }

    private static void conversations(JsonGenerator out, ConversationFrame.Entries list) {
        JsonFrames.data(out, "conversations").writeStartArray("conversations");
        for (ConversationFrame.Entry entry : list.entries()) {
            out.writeStartObject().write("conversationId", entry.conversation());
            StoredMessage last = entry.last();
            if (last != null) {
                out.writeStartObject("lastMessage");
                message(out, last);
                out.writeEnd();
            }
            out.write("unread", entry.unread())
                    .write("lastSeq", entry.lastSeq())
                    .write("readSeq", entry.readSeq())
                    .write("firstSeq", entry.firstSeq())
                    .writeEnd();
        }
        out.writeEnd();
        if (!list.nextCursor().isEmpty()) {
            out.write("nextCursor", list.nextCursor());
        }
        requestId(out, list.requestId());
        out.writeEnd();
    }

    /** As in {@code new-message}; a recalled one has no content. */
    private static void message(JsonGenerator out, StoredMessage m) {
        JsonFrames.Content content = JsonFrames.Content.of(m.body(), m.contentType());
        out.write("messageId", Long.toString(m.messageId()))
                .write("clientMsgId", m.clientMsgId())
                .write("conversationId", m.conversation().id())
                .write("senderId", m.sender())
                .write("seqId", m.seq())
                .write("messageType", content.type())
                .write("type", content.type())
                .write("createdAt", m.createdMs())
                .write("sendTime", m.createdMs());
        if (m.isRecalled()) {
            out.write("recalledAt", m.recalledMs());
        } else {
            out.write(content.name(), content.text());
        }
        if (m.version() != 0) {
            out.write("editedAt", m.editedMs()).write("version", m.version());
        }
    }

    private static void messageRecalled(JsonGenerator out, ConversationFrame.Recalled r) {
        JsonFrames.data(out, "message-recalled")
                .write("conversationId", r.conversation())
                .write("messageId", Long.toString(r.messageId()))
                .write("clientMsgId", r.clientMsgId())
                .write("seqId", r.seq())
                .write("operatorId", r.operator())
                .write("recalledAt", r.recalledAtMs())
                .writeEnd();
    }

    private static void messageEdited(JsonGenerator out, ConversationFrame.Edited e) {
        JsonFrames.Content content = JsonFrames.Content.of(e.body(), "");
        JsonFrames.data(out, "message-edited")
                .write("conversationId", e.conversation())
                .write("messageId", Long.toString(e.messageId()))
                .write("seqId", e.seq())
                .write(content.name(), content.text())
                .write("editedAt", e.editedAtMs())
                .write("version", e.version())
                .writeEnd();
    }

    private static void requestId(JsonGenerator out, String id) {
        if (!id.isEmpty()) {
            out.write("requestId", id);
        }
    }
}
