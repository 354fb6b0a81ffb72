package io.mics.hook.grpc;

import com.google.protobuf.Timestamp;
import io.mics.proto.flare.hooks20251122.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks20251122.v1.HookInvocationContext;
import io.mics.proto.flare.hooks20251122.v1.HookMessageRecord;
import io.mics.proto.flare.hooks20251122.v1.Message;
import io.mics.proto.flare.hooks20251122.v1.MessageSource;
import io.mics.proto.flare.hooks20251122.v1.MessageStatus;
import io.mics.proto.flare.hooks20251122.v1.MessageType;
import io.mics.proto.flare.hooks20251122.v1.PostSendHookRequest;
import io.mics.proto.flare.hooks20251122.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks20251122.v1.RecallHookRequest;
import io.mics.proto.flare.hooks20251122.v1.RequestContext;
import io.mics.proto.flare.hooks20251122.v1.TenantContext;
import io.mics.proto.flare.hooks20251122.v1.TraceContext;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/** The contract of 2025-11-22. */
final class Contract20251122 extends LaterContract {
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
                                .setId(message.messageId())
                                .setSessionId(message.conversationId())
                                .setClientMsgId(message.clientMessageId())
                                .setSenderId(message.sender())
                                .setSource(MessageSource.MESSAGE_SOURCE_USER)
                                .setTimestamp(at)
                                .setCreatedAt(at)
                                .setMessageType(type(MessageType.class, message.messageType()))
                                .setBusinessType(context.businessType())
                                .setSessionType(message.sessionType())
                                .setStatus(MessageStatus.MESSAGE_STATUS_SENT)
                                .setTenant(tenant(context)))
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
        return HookInvocationContext.newBuilder()
                .setRequestContext(RequestContext.newBuilder()
                        .setRequestId(context.idempotencyKey())
                        .setTrace(TraceContext.newBuilder().setTraceId(context.traceId())))
                .setTenant(tenant(context))
                .setSessionId(context.sessionId())
                .setSessionType(context.sessionType())
                .setCorridor(CORRIDOR)
                .putAllTags(context.tags())
                .putAllAttributes(with(attributes, context))
                .build();
    }

    private static TenantContext tenant(HookContext context) {
        return TenantContext.newBuilder()
                .setTenantId(context.tenant())
                .setBusinessType(context.businessType())
                .build();
    }
}
