package io.mics.hook;

import io.mics.concurrent.Deadline;

/** A transport to a tenant's backend. One method, one blocking call. */
public interface HookTransport {
    /** What came of a call. */
    sealed interface Result {}

    /** The backend answered with these bytes, which are not yet decoded. */
    @SuppressWarnings("ArrayRecordComponent") // handed straight to the decoder, never compared
    record Answer(byte[] body) implements Result {}

    /**
     * The backend gave no answer.
     *
     * @param result one of TIMEOUT, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR, QUEUE_REJECTED
     * @param cause  why, in plain words, without anything that was sent or received
     */
    record Failure(CallResult result, String cause) implements Result {}

    /** Whether it answers at once on the caller's thread: then there is nothing to limit, to time or to break off. */
    default boolean immediate() {
        return false;
    }

    /**
     * Asks the backend at {@code baseUrl} (without a trailing slash); returns soon after {@code deadline} at the
     * latest.
     *
     * @param request its bytes are asked for when the call is made
     * @throws InterruptedException when the caller was interrupted; the call is then abandoned
     */
    Result call(HookOperation operation, String baseUrl, BackendRequest request, Deadline deadline)
            throws InterruptedException;

    /** Nobody uses these bytes of an answer any more. */
    default void reuse(byte[] body) {
        // nor does this transport
    }
}
