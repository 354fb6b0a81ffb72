package io.mics.protocol;

/** What was wrong with a frame that could not be taken; the connection stays open. */
public enum ErrorCode {
    /** Not a frame of the connection's protocol, or one that lacks a field. */
    INVALID(4400, "INVALID_MESSAGE"),
    TOO_LARGE(4401, "MESSAGE_TOO_LARGE"),
    /** A JSON type nobody knows, or one that this tenant's mode does not offer. */
    UNKNOWN_TYPE(4400, "UNKNOWN_TYPE"),
    CONVERSATION_NOT_FOUND(4400, "CONVERSATION_NOT_FOUND"),
    /** The tenant's message rate is used up. */
    RATE_LIMITED(4402, "RATE_LIMITED"),
    /** The message may not be recalled. */
    RECALL_REFUSED(4403, "RECALL_REFUSED"),
    /** A defect of ours, logged under the trace id. */
    INTERNAL(4500, "INTERNAL_ERROR");

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
