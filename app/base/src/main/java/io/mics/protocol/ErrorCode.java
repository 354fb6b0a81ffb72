package io.mics.protocol;

/** What was wrong with a frame that could not be taken; the connection stays open. */
public enum ErrorCode {
    /** Not a frame of the connection's protocol, or one that lacks a field. */
    INVALID(4400, "INVALID_MESSAGE"),
    TOO_LARGE(4401, "MESSAGE_TOO_LARGE"),
    /** A JSON type nobody knows, or one that this tenant's mode does not offer. */
    UNKNOWN_TYPE(4400, "UNKNOWN_TYPE"),
    /** A pipe tenant's message names a user or a group that cannot be. */
    NO_RECIPIENT(4400, "CONVERSATION_NOT_FOUND"),
    /** Of a durable tenant: the conversation does not exist, or the user is no member of it; nobody learns which. */
    CONVERSATION_NOT_FOUND(4404, "CONVERSATION_NOT_FOUND"),
    /** The tenant's message rate is used up. */
    RATE_LIMITED(4402, "RATE_LIMITED"),
    /** The message may not be recalled. */
    RECALL_REFUSED(4403, "RECALL_REFUSED"),
    /** The message may not be edited. */
    EDIT_REFUSED(4403, "EDIT_REFUSED"),
    /** A defect of ours, logged under the trace id. */
    INTERNAL(4500, "INTERNAL_ERROR"),
    /** What answers is out of reach for now; asking again may help. */
    UNAVAILABLE(4503, "UNAVAILABLE");

    private final int code;
    private final String jsonCode;

    ErrorCode(int code, String jsonCode) {
        this.code = code;
        this.jsonCode = jsonCode;
    }

    /** The number in a protobuf {@code ServerError}. */
    public int code() {
        return code;
    }

    /** The word in a JSON {@code error}. */
    public String jsonCode() {
        return jsonCode;
    }
}
