package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.mics.proto.flare.common.v1.ErrorCode;
import io.mics.proto.flare.common.v1.RequestContext;
import io.mics.proto.flare.common.v1.RpcStatus;
import io.mics.proto.flare.common.v1.TenantContext;
import io.mics.proto.flare.hooks.v1.DeliveryHookRequest;
import io.mics.proto.flare.hooks.v1.DeliveryHookResponse;
import io.mics.proto.flare.hooks.v1.HookInvocationContext;
import io.mics.proto.flare.hooks.v1.HookMessageRecord;
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
import java.util.Map;

/** The contract of 2025-11-11, which is {@code flare/hooks/v1}. */
final class Contract20251111 implements FlareContract {
    @Override
    public Message preSend(HookContext context, Map<String, String> attributes, MessageDraft draft) {
        return PreSendHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setDraft(FlareParts.draft(draft))
                .build();
    }

    @Override
    public Message postSend(HookContext context, Map<String, String> attributes, MessageRecord message) {
        return PostSendHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setRecord(HookMessageRecord.newBuilder()
                        .setMessageId(message.messageId())
                        .setClientMessageId(message.clientMessageId())
                        .setConversationId(message.conversationId())
                        .setSenderId(message.sender())
                        .setSessionType(message.sessionType())
                        .setMessageType(message.messageType())
                        .setPersistedAt(FlareParts.timestamp(message.persistedAt()))
                        .putAllMetadata(message.metadata()))
                .setDraft(FlareParts.draft(message))
                .build();
    }

    @Override
    public Message delivery(HookContext context, Map<String, String> attributes, DeliveryEvent delivery) {
        return DeliveryHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setEvent(FlareParts.event(delivery))
                .build();
    }

    @Override
    public Message recall(HookContext context, Map<String, String> attributes, RecallEvent recall) {
        return RecallHookRequest.newBuilder()
                .setContext(context(context, attributes))
                .setEvent(FlareParts.event(recall))
                .build();
    }

    @Override
    public HookResult verdict(byte[] bytes, MessageDraft sent) throws InvalidProtocolBufferException {
        PreSendHookResponse answer = PreSendHookResponse.parseFrom(bytes);
        return answer.getAllow()
                ? FlareParts.allowed(sent, answer.hasDraft(), answer.getDraft(), answer.getTagsMap())
                : new HookResult.Stop(
                        answer.getStatus().getCodeValue(), answer.getStatus().getMessage());
    }

    /** The answers to all three notifications have the same fields. */
    @Override
    public Notified notified(byte[] bytes) throws InvalidProtocolBufferException {
        DeliveryHookResponse answer = DeliveryHookResponse.parseFrom(bytes);
        RpcStatus status = answer.getStatus();
        return answer.getSuccess()
                ? new Notified.Yes(status.getDetailsMap())
                : new Notified.No(FlareParts.name(status.getCode()), isRefusal(status.getCode()));
    }

    private static boolean isRefusal(ErrorCode code) {
        return switch (code) {
            case ERROR_CODE_INVALID_ARGUMENT,
                    ERROR_CODE_UNAUTHENTICATED,
                    ERROR_CODE_PERMISSION_DENIED,
                    ERROR_CODE_NOT_FOUND,
                    ERROR_CODE_CONFLICT,
                    ERROR_CODE_RATE_LIMITED -> true;
            case ERROR_CODE_UNSPECIFIED,
                    ERROR_CODE_OK,
                    ERROR_CODE_INTERNAL,
                    ERROR_CODE_UNAVAILABLE,
                    ERROR_CODE_TIMEOUT,
                    UNRECOGNIZED -> false;
        };
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
}
