package io.mics.hook;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;

/** A transport to a tenant's backend. One method, one blocking call. */
public interface BackendTransport {
    /** Whether it answers at once on the caller's thread: then there is nothing to limit, to time or to break off. */
    default boolean immediate() {
        return false;
    }

    /**
     * Asks the backend at {@code baseUrl} (without a trailing slash); returns soon after {@code deadline} at the
     * latest.
     *
     * @param request its bytes are asked for when the call is made
     * @return the backend's bytes, not yet decoded; or TIMEOUT, REFUSED, ERROR, UNREACHABLE, UNDECODABLE or BUSY
     * @throws InterruptedException when the caller was interrupted; the call is then abandoned
     */
    HookResponse<byte[]> call(BackendOperation operation, String baseUrl, BackendRequest request, Deadline deadline)
            throws InterruptedException;

    /** Nobody uses these bytes of an answer any more. */
    default void reuse(byte[] body) {
        // nor does this transport
    }
}
