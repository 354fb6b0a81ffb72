package io.mics.hook;

import java.util.Locale;

/** How one hook call went, as metrics name it. */
public enum HookResult {
    OK,
    /** An answer, and it was no. */
    DENY,
    QUEUE_REJECTED,
    TIMEOUT,
    CIRCUIT_OPEN,
    HTTP_4XX,
    HTTP_5XX,
    NETWORK_ERROR,
    DECODE_ERROR,
    SIGN_REQUIRED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The metrics' {@code result}. */
    public String label() {
        return label;
    }

    /** What the sender of a message is told when this kept its message from being decided. */
    String ackReason() {
        return switch (this) {
            case CIRCUIT_OPEN -> "hook circuit open";
            case QUEUE_REJECTED -> "hook queue rejected";
            case SIGN_REQUIRED -> "hook sign required";
            case OK, DENY, TIMEOUT, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR -> "hook degraded";
        };
    }

    /** Whether the backend is to blame: such results open the breaker. */
    boolean isFailure() {
        return switch (this) {
            case TIMEOUT, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR -> true;
            case OK, DENY, QUEUE_REJECTED, CIRCUIT_OPEN, SIGN_REQUIRED -> false;
        };
    }
}
