package io.mics.protocol;

/** Why a connection ended, as it is sent to the peer. The numbers are a contract with existing clients. */
public enum CloseCode {
    NORMAL(1000),
    GOING_AWAY(1001),
    PROTOCOL_ERROR(1002),
    /** Only ever counted, never sent: the peer vanished without a close frame. */
    VANISHED(1006),
    INVALID_TEXT(1007),
    TOO_BIG(1009),
    INTERNAL_ERROR(1011),
    AUTH_FAILED(4001),
    UNKNOWN_TENANT(4002),
    HEARTBEAT_TIMEOUT(4100),
    DRAINING(4200),
    REPLACED(4409),
    LIMIT_REACHED(4429),
    TOO_SLOW(4430);

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    /**
     * Whether a peer may send this number: those of RFC 6455 that do not stand for an end without a close frame (1004
     * to 1006, 1015), those registered since (1012 to 1014), and those left to applications (3000 to 4999).
     */
    public static boolean isReceivable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }
}
