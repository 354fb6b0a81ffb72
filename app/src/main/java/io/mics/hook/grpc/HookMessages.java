package io.mics.hook.grpc;

import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.mics.hook.point.RemoteAttributes;
import io.mics.proto.flare.common.v1.RequestContext;
import io.mics.proto.flare.common.v1.TenantContext;
import io.mics.proto.flare.hooks.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks.v1.HookDeliveryEvent;
import io.mics.proto.flare.hooks.v1.HookInvocationContext;
import io.mics.proto.flare.hooks.v1.HookMessageDraft;
import io.mics.proto.flare.hooks.v1.HookMessageRecord;
import io.mics.proto.flare.hooks.v1.HookRecallEvent;
import io.mics.proto.flare.hooks.v1.PostSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookRequest;
import io.mics.proto.flare.hooks.v1.PreSendHookResponse;
import io.mics.proto.flare.hooks.v1.RecallHookRequest;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Instant;
import java.util.Map;

/** What the gateway says and hears, in the words of {@code flare.hooks.v1}. Payloads are wrapped, not copied. */
final class HookMessages {
    private HookMessages() {}

    static PreSendHookRequest preSend(HookContext context, MessageDraft draft) {
        return PreSendHookRequest.newBuilder()
                .setContext(context(context, RemoteAttributes.of(context)))
                .setDraft(HookMessageDraft.newBuilder()
                        .setMessageId(draft.messageId())
                        .setClientMessageId(draft.clientMessageId())
                        .setConversationId(draft.conversationId())
                        .setPayload(UnsafeByteOperations.unsafeWrap(draft.payload()))
                        .putAllHeaders(draft.headers())
                        .putAllMetadata(draft.metadata()))
                .build();
    }

    static PostSendHookRequest postSend(HookContext context, MessageRecord message) {
        return PostSendHookRequest.newBuilder()
                .setContext(context(context, RemoteAttributes.of(context)))
                .setRecord(HookMessageRecord.newBuilder()
                        .setMessageId(message.messageId())
                        .setClientMessageId(message.clientMessageId())
                        .setConversationId(message.conversationId())
                        .setSenderId(message.sender())
                        .setSessionType(message.sessionType())
                        .setMessageType(message.messageType())
                        .setPersistedAt(timestamp(message.persistedAt()))
                        .putAllMetadata(message.metadata()))
                .setDraft(HookMessageDraft.newBuilder()
                        .setMessageId(message.messageId())
                        .setClientMessageId(message.clientMessageId())
                        .setConversationId(message.conversationId())
                        .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()))
                        .putAllMetadata(message.metadata()))
                .build();
    }

    static DeliveryHookRequest delivery(HookContext context, DeliveryEvent delivery) {
        return DeliveryHookRequest.newBuilder()
                .setContext(context(context, RemoteAttributes.of(context)))
                .setEvent(HookDeliveryEvent.newBuilder()
                        .setMessageId(delivery.messageId())
                        .setUserId(delivery.userId())
                        .setChannel(delivery.ackType())
                        .setDeliveredAt(timestamp(delivery.timestamp()))
                        .putMetadata("ack_type", delivery.ackType()))
                .build();
    }

    static RecallHookRequest recall(HookContext context, RecallEvent recall, String phase) {
        return RecallHookRequest.newBuilder()
                .setContext(context(context, RemoteAttributes.of(context, phase)))
                .setEvent(HookRecallEvent.newBuilder()
                        .setMessageId(recall.messageId())
                        .setOperatorId(recall.operatorId())
                        .setRecalledAt(timestamp(recall.recalledAt()))
                        .putAllMetadata(recall.metadata()))
                .build();
    }

    /** The verdict on a draft. */
    static HookResult verdict(PreSendHookResponse answer, MessageDraft sent) {
        return answer.getAllow()
                ? new HookResult.Continue(
                        answer.hasDraft() ? changed(sent, answer.getDraft()) : sent, answer.getTagsMap())
                : new HookResult.Stop(
                        answer.getStatus().getCodeValue(), answer.getStatus().getMessage());
    }

    /** A returned draft replaces payload, headers and metadata, and ids where they are not empty. */
    private static MessageDraft changed(MessageDraft sent, HookMessageDraft answer) {
        return new MessageDraft(
                given(answer.getMessageId(), sent.messageId()),
                given(answer.getClientMessageId(), sent.clientMessageId()),
                given(answer.getConversationId(), sent.conversationId()),
                answer.getPayload().toByteArray(),
                answer.getHeadersMap(),
                answer.getMetadataMap());
    }

    private static String given(String answer, String sent) {
        return answer.isEmpty() ? sent : answer;
    }

    private static HookInvocationContext context(HookContext context, Map<String, String> attributes) {
        return HookInvocationContext.newBuilder()
                .setTenantId(context.tenant())
                .setSessionId(context.sessionId())
                .setSessionType(context.sessionType())
                .setMessageType(context.messageType())
                .setSenderId(context.sender())
                .setTraceId(context.traceId())
                .putAllTags(context.tags())
                .setRequestContext(RequestContext.newBuilder()
                        .setRequestId(context.idempotencyKey())
                        .setTraceId(context.traceId()))
                .setTenant(TenantContext.newBuilder()
                        .setTenantId(context.tenant())
                        .setBusinessType(context.businessType()))
                .putAllAttributes(attributes)
                .build();
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
