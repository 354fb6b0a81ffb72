package io.mics.hook.point;

import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.PostSendHook;
import jakarta.json.stream.JsonGenerator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This message was sent; what a hook answers it gets back when the message is recalled. */
public record PostSendRequest(MessageRecord message) implements HookRequest.OfMessage<Map<String, String>> {
    @Override
    public HookPoint point() {
        return HookPoint.POST_SEND;
    }

    @Override
    public void write(JsonGenerator json, HookContext context) {
        json.writeStartObject("record")
                .write("message_id", message.messageId())
                .write("client_message_id", message.clientMessageId())
                .write("conversation_id", message.conversationId())
                .write("sender_id", message.sender())
                .write("session_type", message.sessionType())
                .write("message_type", message.messageType())
                .write("persisted_at", message.persistedAt().toString());
        JsonFields.map(json, "metadata", message.metadata());
        json.writeEnd();
        JsonFields.draft(
                json,
                new MessageDraft(
                        message.messageId(),
                        message.clientMessageId(),
                        message.conversationId(),
                        message.payload(),
                        Map.of(),
                        message.metadata()));
    }

    @Override
    public PostSendRequest copy() {
        return new PostSendRequest(new MessageRecord(
                message.messageId(),
                message.clientMessageId(),
                message.conversationId(),
                message.sender(),
                message.sessionType(),
                message.messageType(),
                message.persistedAt(),
                message.payload().clone(),
                message.metadata()));
    }

    @Override
    public @Nullable Object callPlugin(Object plugin, HookContext context) throws Exception {
        return ((PostSendHook) plugin).handle(context, message);
    }

    @Override
    public Map<String, String> answer(AnswerReader reader) throws AnswerReader.UnusableException {
        return reader.result();
    }

    @Override
    public int bodyBytes() {
        return message.payload().length;
    }
}
