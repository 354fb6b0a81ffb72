package io.mics.hook;

/** What came of one call of a tenant's backend, from the transport's bytes to the answer they decode to. */
public sealed interface BackendResponse<A> {
    /** The backend answered; a no is an answer too. */
    record Answered<A>(A answer) implements BackendResponse<A> {}

    /**
     * There is no answer to go by.
     *
     * @param result how the call ended, never {@link CallResult#OK}; {@link CallResult#DENY} only where a no leaves
     *               nothing to answer with
     * @param cause  why, in plain words, without anything that was sent or received
     */
    record Failed<A>(CallResult result, String cause) implements BackendResponse<A> {}
}
