package io.mics.hook;

import io.mics.concurrent.Deadline;
import java.util.function.Supplier;

/** A way to reach a tenant's backend. One method, one blocking call. */
public interface HookTransport {
    /** What came of a call. */
    sealed interface Reply {}

    /** The backend answered with these bytes, which are not yet decoded. */
    @SuppressWarnings("ArrayRecordComponent") // handed straight to the decoder, never compared
    record Answer(byte[] body) implements Reply {}

    /**
     * The backend gave no answer.
     *
     * @param result one of TIMEOUT, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR
     * @param cause  why, in plain words, without anything that was sent or received
     */
    record Failure(CallResult result, String cause) implements Reply {}

    /** Whether it answers at once on the caller's thread: then there is nothing to limit, to time or to break off. */
    default boolean immediate() {
        return false;
    }

    /**
     * Asks the backend at {@code baseUrl} (without a trailing slash); returns soon after {@code deadline} at the
     * latest.
     *
     * @param request encodes and signs the request when asked for, at most once
     * @throws InterruptedException when the caller was interrupted; the call is then abandoned
     */
    Reply call(HookOperation operation, String baseUrl, Supplier<byte[]> request, Deadline deadline)
            throws InterruptedException;
}
