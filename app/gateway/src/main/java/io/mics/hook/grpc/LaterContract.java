package io.mics.hook.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.flare.hooks20251122.v1.NoticeHookResponse;
import io.mics.proto.flare.hooks20251122.v1.PreSendHookResponse;
import io.mics.proto.flare.status20251122.v1.ErrorCode;
import io.mics.proto.flare.status20251122.v1.RpcStatus;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.HashMap;
import java.util.Map;

/** What the contracts from 2025-11-22 on have in common: their answers, and the names of what they call alike. */
abstract class LaterContract implements FlareContract {
    /** What hooks of these contracts are sent through: messaging, signaling or push. */
    static final String CORRIDOR = "messaging";

    @Override
    public HookResult verdict(byte[] bytes, MessageDraft sent) throws InvalidProtocolBufferException {
        PreSendHookResponse answer = PreSendHookResponse.parseFrom(bytes);
        return answer.getAllow()
                ? FlareParts.allowed(sent, answer.hasDraft(), answer.getDraft(), answer.getAnnotationsMap())
                : new HookResult.Stop(
                        answer.getStatus().getCodeValue(), answer.getStatus().getMessage());
    }

    @Override
    public Notified notified(byte[] bytes) throws InvalidProtocolBufferException {
        NoticeHookResponse answer = NoticeHookResponse.parseFrom(bytes);
        RpcStatus status = answer.getStatus();
        if (!answer.getSuccess()) {
            return new Notified.No(FlareParts.name(status.getCode()), isRefusal(status.getCode()));
        }
        Map<String, String> details = new HashMap<>();
        status.getDetailsList().forEach(detail -> details.putAll(detail.getMetadataMap()));
        return new Notified.Yes(details);
    }

    /** The attributes of a call with those of its facts that the context has no field for. */
    static Map<String, String> with(Map<String, String> attributes, HookContext context) {
        Map<String, String> all = new HashMap<>(attributes);
        put(all, "message_type", context.messageType());
        put(all, "sender_id", context.sender());
        return all;
    }

    static void put(Map<String, String> attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(name, value);
        }
    }

    /** The constant for what a message is; both contracts have an enum of their own with these names. */
    static <T extends Enum<T>> T type(Class<T> types, String messageType) {
        return Enum.valueOf(
                types,
                switch (messageType) {
                    case "text" -> "MESSAGE_TYPE_TEXT";
                    case "image" -> "MESSAGE_TYPE_IMAGE";
                    case "video" -> "MESSAGE_TYPE_VIDEO";
                    case "voice" -> "MESSAGE_TYPE_AUDIO";
                    case "file" -> "MESSAGE_TYPE_FILE";
                    case "system" -> "MESSAGE_TYPE_NOTIFICATION";
                    case String other -> "MESSAGE_TYPE_CUSTOM";
                });
    }

    private static boolean isRefusal(ErrorCode code) {
        return switch (code) {
            case ERROR_CODE_INVALID_ARGUMENT,
                    ERROR_CODE_FAILED_PRECONDITION,
                    ERROR_CODE_OUT_OF_RANGE,
                    ERROR_CODE_UNSUPPORTED_OPERATION,
                    ERROR_CODE_UNAUTHENTICATED,
                    ERROR_CODE_PERMISSION_DENIED,
                    ERROR_CODE_TOKEN_EXPIRED,
                    ERROR_CODE_TOKEN_REVOKED,
                    ERROR_CODE_NOT_FOUND,
                    ERROR_CODE_ALREADY_EXISTS,
                    ERROR_CODE_CONFLICT,
                    ERROR_CODE_RESOURCE_EXHAUSTED,
                    ERROR_CODE_QUOTA_EXCEEDED,
                    ERROR_CODE_RATE_LIMITED,
                    ERROR_CODE_SLOW_DOWN,
                    ERROR_CODE_NOT_IMPLEMENTED -> true;
            case ERROR_CODE_UNSPECIFIED,
                    ERROR_CODE_OK,
                    ERROR_CODE_CANCELLED,
                    ERROR_CODE_IN_PROGRESS,
                    ERROR_CODE_NEEDS_RETRY,
                    ERROR_CODE_TIMEOUT,
                    ERROR_CODE_UNAVAILABLE,
                    ERROR_CODE_BACKOFF_REQUIRED,
                    ERROR_CODE_INTERNAL,
                    ERROR_CODE_DATA_LOSS,
                    UNRECOGNIZED -> false;
        };
    }
}
