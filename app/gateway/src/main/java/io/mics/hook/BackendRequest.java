package io.mics.hook;

import java.util.function.Supplier;

/** A request to a tenant's backend, encoded and signed when its bytes are asked for, and then only once. */
@FunctionalInterface
public interface BackendRequest extends Supplier<byte[]> {
    /** The tenant's id; empty when it is asked on nobody's behalf. */
    default String tenant() {
        return "";
    }

    /**
     * Whether the backend's own {@code /auth} answer named another host or port than is configured: then the call may
     * only lead where webhooks may.
     */
    default boolean learned() {
        return false;
    }

    /** Whether these bytes answer this request, as far as they say: an answer need not name its request. */
    default boolean isAnsweredBy(byte[] answer) {
        return true;
    }
}
