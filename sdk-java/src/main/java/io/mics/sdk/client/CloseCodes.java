package io.mics.sdk.client;

/** The WebSocket close codes this client acts upon. */
public final class CloseCodes {
    /** Closed in good order. */
    public static final int NORMAL = 1000;
    /** The server goes away at once; reconnect. */
    public static final int GOING_AWAY = 1001;
    /** Never sent: the connection broke, could not be made, or stopped answering. */
    public static final int BROKEN = 1006;
    /** The token was refused; get a new one. */
    public static final int AUTH_FAILED = 4001;
    /** The gateway does not know the tenant; stop. */
    public static final int UNKNOWN_TENANT = 4002;
    /** The gateway heard nothing for too long; reconnect. */
    public static final int HEARTBEAT_TIMEOUT = 4100;
    /** The server is being drained; reconnect, after the time its reason names. */
    public static final int DRAINING = 4200;
    /** The same device connected elsewhere; stop. */
    public static final int REPLACED = 4409;
    /** A connection limit is reached; back off. */
    public static final int LIMIT_REACHED = 4429;
    /** This client read too slowly; reconnect and catch up. */
    public static final int TOO_SLOW = 4430;

    static final int PROTOCOL_ERROR = 1002;
    static final int TOO_BIG = 1009;

    private CloseCodes() {}
}
