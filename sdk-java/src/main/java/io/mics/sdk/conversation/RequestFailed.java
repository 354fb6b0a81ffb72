package io.mics.sdk.conversation;

/** A request was refused, or there was no answer. */
public final class RequestFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    RequestFailed(int code, String reason) {
        super(code == 0 ? reason : code + " " + reason);
        this.code = code;
    }

    /** The gateway's code, such as 4404 for a conversation that is not there for this user; 0: there was no answer. */
    public int code() {
        return code;
    }
}
