package io.mics.hook;

/** The four questions of the MICS hook contract. */
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

    /** Follows the base URL. */
    public String path() {
        return path;
    }

    /** The metrics' {@code op}. */
    public String label() {
        return label;
    }
}
