package io.mics.hook;

/** What a tenant's backend can be asked. */
public enum BackendOperation {
    AUTH("/auth", "Auth", 64 << 10),
    CHECK_MESSAGE("/check-message", "CheckMessage", 64 << 10),
    /** A group of 200 000 members whose ids have up to 80 bytes fits. */
    GET_GROUP_MEMBERS("/get-group-members", "GetGroupMembers", 16 << 20),
    GET_OFFLINE_MESSAGES("/get-offline-messages", "GetOfflineMessages", 16 << 20);

    private final String path;
    private final String label;
    private final int maxAnswerBytes;

    BackendOperation(String path, String label, int maxAnswerBytes) {
        this.path = path;
        this.label = label;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** What follows the base URL. */
    public String path() {
        return path;
    }

    /** The largest answer read, in bytes. */
    public int maxAnswerBytes() {
        return maxAnswerBytes;
    }

    /** The value of the metric label {@code op}. */
    public String label() {
        return label;
    }
}
