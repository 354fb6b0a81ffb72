package io.mics.message;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.AckReason;
import io.mics.protocol.IdForm;
import io.mics.protocol.IdRule;

/** What a message must look like before anything is done for it. */
final class Validation {
    private Validation() {}

    /** The reason to refuse {@code message}, or {@link AckReason#NONE}. */
    static String refusal(MessageRequest message, IdForm ids, int maxBodyBytes) {
        if (maxBodyBytes > 0 && message.getMsgBody().size() > maxBodyBytes) {
            return AckReason.BODY_TOO_LARGE;
        }
        if (!IdRule.allowsMessageId(message.getMsgId())) {
            return AckReason.INVALID_MSG_ID;
        }
        return switch (message.getMsgType()) {
            case SINGLE_CHAT ->
                target(message.getToUserId(), ids, AckReason.MISSING_TO_USER, AckReason.INVALID_TO_USER);
            case GROUP_CHAT -> target(message.getGroupId(), ids, AckReason.MISSING_GROUP, AckReason.INVALID_GROUP);
            case UNRECOGNIZED -> AckReason.INVALID_TYPE;
        };
    }

    private static String target(String id, IdForm rule, String missing, String invalid) {
        if (id.isEmpty()) {
            return missing;
        }
        return rule.allows(id) ? AckReason.NONE : invalid;
    }
}
