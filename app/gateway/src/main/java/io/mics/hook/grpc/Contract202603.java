package io.mics.hook.grpc;

import com.google.protobuf.Timestamp;
import io.mics.proto.flare.hooks202603.v1.ConversationType;
import io.mics.proto.flare.hooks202603.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks202603.v1.HookInvocationContext;
import io.mics.proto.flare.hooks202603.v1.HookMessageRecord;
import io.mics.proto.flare.hooks202603.v1.Message;
import io.mics.proto.flare.hooks202603.v1.MessageSource;
import io.mics.proto.flare.hooks202603.v1.MessageStatus;
import io.mics.proto.flare.hooks202603.v1.MessageType;
import io.mics.proto.flare.hooks202603.v1.PostSendHookRequest;
import io.mics.proto.flare.hooks202603.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks202603.v1.RecallHookRequest;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/** The contract of March 2026. */
final class Contract202603 extends LaterContract {
    @Override
    public PreSendHookRequest preSend(HookContext context, Map<String, String> attributes, MessageDraft draft) {
        return PreSendHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setDraft(FlareParts.draft(draft))
                .build();
    }

    @Override
    public PostSendHookRequest postSend(HookContext context, Map<String, String> attributes, MessageRecord message) {
        Timestamp at = FlareParts.timestamp(message.persistedAt());
        return PostSendHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setRecord(HookMessageRecord.newBuilder()
                        .setMessage(Message.newBuilder()
                                .setServerId(message.messageId())
                                .setConversationId(message.conversationId())
                                .setClientMsgId(message.clientMessageId())
                                .setSenderId(message.sender())
                                .setSource(MessageSource.MESSAGE_SOURCE_USER)
                                .setCreatedAt(at)
                                .setConversationType(conversationType(message.sessionType()))
                                .setMessageType(type(MessageType.class, message.messageType()))
                                .setBusinessType(context.businessType())
                                .setStatus(MessageStatus.MESSAGE_STATUS_SENT)
                                .setTenant(context.tenant()))
                        .setPersistedAt(at)
                        .putAllMetadata(message.metadata()))
                .setDraft(FlareParts.draft(message))
                .build();
    }

    @Override
    public DeliveryHookRequest delivery(HookContext context, Map<String, String> attributes, DeliveryEvent delivery) {
        return DeliveryHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setEvent(FlareParts.event(delivery))
                .build();
    }

    @Override
    public RecallHookRequest recall(HookContext context, Map<String, String> attributes, RecallEvent recall) {
        return RecallHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setEvent(FlareParts.event(recall))
                .build();
    }

    private static HookInvocationContext context(HookContext context, Map<String, String> attributes) {
        Map<String, String> all = with(attributes, context);
        put(all, "tenant_id", context.tenant());
        put(all, "business_type", context.businessType());
        put(all, "trace_id", context.traceId());
        return HookInvocationContext.newBuilder()
                .setConversationId(context.sessionId())
                .setConversationType(context.sessionType())
                .setCorridor(CORRIDOR)
                .putAllTags(context.tags())
                .putAllAttributes(all)
                .build();
    }

    private static ConversationType conversationType(String sessionType) {
        return switch (sessionType) {
            case "single" -> ConversationType.CONVERSATION_TYPE_SINGLE;
            case "group" -> ConversationType.CONVERSATION_TYPE_GROUP;
            case String other -> ConversationType.CONVERSATION_TYPE_UNSPECIFIED;
        };
    }
}
