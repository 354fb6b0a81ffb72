package io.mics.protocol;

/** The reasons an ack may carry, letter for letter; a hook's own reason is the one exception. */
public final class AckReason {
    public static final String NONE = "";
    public static final String DUPLICATE = "duplicate";
    public static final String BODY_TOO_LARGE = "msg_body_too_large";
    public static final String MISSING_TO_USER = "missing to_user_id";
    public static final String MISSING_GROUP = "missing group_id";
    public static final String INVALID_TYPE = "invalid msg_type";
    public static final String INVALID_MSG_ID = "invalid msg_id";
    public static final String INVALID_TO_USER = "invalid to_user_id";
    public static final String INVALID_GROUP = "invalid group_id";
    public static final String QPS_LIMITED = "tenant qps limited";
    public static final String TENANT_BUSY = "tenant busy";
    public static final String GROUP_EMPTY = "group members empty";
    public static final String GROUP_TOO_LARGE = "group too large";
    public static final String DELIVERY_FAILED = "delivery failed";
    public static final String NO_ROUTES = "no routes delivered";
    public static final String HOOK_SIGN_REQUIRED = "hook sign required";
    public static final String HOOK_CIRCUIT_OPEN = "hook circuit open";
    public static final String HOOK_QUEUE_REJECTED = "hook queue rejected";
    public static final String HOOK_DEGRADED = "hook degraded";
    public static final String INTERNAL_ERROR = "internal error";

    public static final String CONVERSATION_NOT_FOUND = "conversation not found";
    public static final String LOG_UNAVAILABLE = "log unavailable";
    public static final String NOT_STORABLE = "message not storable";
    public static final String STORE_UNAVAILABLE = "store unavailable";
    public static final String OUTCOME_UNKNOWN = "outcome unknown";
    public static final String INVALID_CONVERSATION = "invalid conversation_id";
    public static final String INVALID_CLIENT_MSG_ID = "invalid client_msg_id";
    public static final String EMPTY_BODY = "empty body";
    public static final String EDIT_WINDOW_OVER = "edit window over";
    public static final String RECALL_WINDOW_OVER = "recall window over";

    private AckReason() {}
}
