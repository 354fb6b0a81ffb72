package io.mics.offline;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.IdForm;
import io.mics.protocol.IdRule;
import java.util.List;

/** What a message from a tenant's backend must look like before a device gets it: as if it had been sent here. */
final class PulledMessageValidation {
    /** More messages than were asked for. */
    static final String TOO_MANY = "max_messages";

    /** Every reason for which one is skipped. */
    static final List<String> REASONS =
            List.of("tenant_id", "user_id", "msg_id", "msg_body", "msg_type", "to_user_id", "group_id", TOO_MANY);

    private PulledMessageValidation() {}

    /**
     * The first field for which {@code message} cannot be given to {@code user}, by its name in the protocol; empty
     * when it can. A message between two must be to the user, or from them for the sake of their other devices.
     */
    static String firstWrongField(MessageRequest message, String tenant, IdForm ids, String user, int maxBodyBytes) {
        if (!message.getTenantId().equals(tenant)) {
            return "tenant_id";
        }
        if (!ids.allows(message.getUserId())) {
            return "user_id";
        }
        if (!IdRule.allowsMessageId(message.getMsgId())) {
            return "msg_id";
        }
        if (maxBodyBytes > 0 && message.getMsgBody().size() > maxBodyBytes) {
            return "msg_body";
        }
        return switch (message.getMsgType()) {
            case SINGLE_CHAT -> isBetween(message, ids, user) ? "" : "to_user_id";
            case GROUP_CHAT -> ids.allows(message.getGroupId()) ? "" : "group_id";
            case UNRECOGNIZED -> "msg_type";
        };
    }

    private static boolean isBetween(MessageRequest message, IdForm ids, String user) {
        return message.getToUserId().equals(user)
                || (message.getUserId().equals(user) && ids.allows(message.getToUserId()));
    }
}
