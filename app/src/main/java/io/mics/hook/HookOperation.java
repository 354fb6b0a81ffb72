package io.mics.hook;

/** What a tenant's backend can be asked. */
public enum HookOperation {
    AUTH("/auth", "Auth"),
    CHECK_MESSAGE("/check-message", "CheckMessage"),
    GET_GROUP_MEMBERS("/get-group-members", "GetGroupMembers"),
    GET_OFFLINE_MESSAGES("/get-offline-messages", "GetOfflineMessages");

    private final String path;
    private final String label;

    HookOperation(String path, String label) {
        this.path = path;
        this.label = label;
    }

    /** What follows the base URL. */
    public String path() {
        return path;
    }

    /** The value of the metric label {@code op}. */
    public String label() {
        return label;
    }
}
