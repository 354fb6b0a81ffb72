package io.mics.hook;

import io.mics.hook.point.HookResponse;
import java.util.Locale;

/** How one call of a tenant's backend ended, as metrics and logs name it. */
public enum CallResult {
    OK,
    /** The backend answered, and its answer was no. */
    DENY,
    QUEUE_REJECTED,
    TIMEOUT,
    CIRCUIT_OPEN,
    /** Any status below 500 that is not 2xx. */
    HTTP_4XX,
    HTTP_5XX,
    NETWORK_ERROR,
    DECODE_ERROR,
    /** Signatures are required and there is no secret; nothing was sent. */
    SIGN_REQUIRED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value of the metric label {@code result}. */
    public String label() {
        return label;
    }

    /** That of a call without an answer. */
    public static CallResult of(HookResponse.Kind failure) {
        return switch (failure) {
            case BUSY, RATE_LIMITED -> QUEUE_REJECTED;
            case TIMEOUT -> TIMEOUT;
            case CIRCUIT_OPEN -> CIRCUIT_OPEN;
            case REFUSED -> HTTP_4XX;
            case ERROR -> HTTP_5XX;
            case UNREACHABLE, FORBIDDEN -> NETWORK_ERROR;
            case UNDECODABLE -> DECODE_ERROR;
            case SIGN_REQUIRED -> SIGN_REQUIRED;
        };
    }
}
