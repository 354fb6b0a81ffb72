package io.mics.conversation;

import io.mics.protocol.AckReason;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.OutboundFrame;

/** What a reader is answered when its request could not be followed. */
final class Failures {
    private Failures() {}

    /** Something in the request is wrong. */
    static OutboundFrame invalid(String field, String why, String requestId) {
        return OutboundFrame.Failure.of(ErrorCode.INVALID, why, field, requestId);
    }

    /** The answer to everybody who may not know. */
    static OutboundFrame notFound(String requestId) {
        return OutboundFrame.Failure.of(
                ErrorCode.CONVERSATION_NOT_FOUND, AckReason.CONVERSATION_NOT_FOUND, "conversationId", requestId);
    }

    /** It may not be done, for one of {@link AckReason} or a hook's own words. */
    static OutboundFrame refused(ErrorCode otherwise, String reason, String requestId) {
        return switch (reason) {
            case AckReason.CONVERSATION_NOT_FOUND -> notFound(requestId);
            case AckReason.INVALID_CONVERSATION -> invalid("conversationId", reason, requestId);
            case AckReason.QPS_LIMITED, AckReason.TENANT_BUSY ->
                OutboundFrame.Failure.of(ErrorCode.RATE_LIMITED, reason, "", requestId);
            case AckReason.STORE_UNAVAILABLE -> OutboundFrame.Failure.of(ErrorCode.UNAVAILABLE, reason, "", requestId);
            case AckReason.INTERNAL_ERROR -> OutboundFrame.Failure.of(ErrorCode.INTERNAL, reason, "", requestId);
            case String other -> OutboundFrame.Failure.of(otherwise, reason, "", requestId);
        };
    }

    /** It may not be done, and is no change of a message. */
    static OutboundFrame refused(String reason, String requestId) {
        return refused(ErrorCode.UNAVAILABLE, reason, requestId);
    }

    /** What became of a question to the store, when there is no answer to it. */
    static OutboundFrame of(Reply<?> reply, String requestId) {
        return switch (reply) {
            case Reply.Ok<?> ok -> throw new IllegalArgumentException("an answer");
            case Reply.NotFound<?> none -> notFound(requestId);
            case Reply.Refused<?> refused -> refused(ErrorCode.EDIT_REFUSED, refused.reason(), requestId);
            case Reply.Unavailable<?> away -> refused(AckReason.STORE_UNAVAILABLE, requestId);
        };
    }
}
