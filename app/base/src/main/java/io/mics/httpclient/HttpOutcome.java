package io.mics.httpclient;

/** What came of one request. */
public sealed interface HttpOutcome {
    /** Why there is no whole answer. */
    enum Why {
        TIMEOUT,
        /** No connection, or a broken one. */
        NETWORK,
        /** Something that is no HTTP. */
        GARBLED,
        /** More bytes than are read. */
        TOO_LARGE,
        /** A whole answer that is not this request's. */
        MISDIRECTED,
        /** The bytes of answers being read left no room for this one in time. */
        NO_ROOM,
        /** The address must not be connected to, and was not. */
        FORBIDDEN
    }

    /**
     * An answer.
     *
     * @param contentType as sent; empty when not sent
     * @param date        as sent, what the other end's clock said; empty when not sent
     * @param body        empty unless the status is 2xx: no other is read
     */
    @SuppressWarnings("ArrayRecordComponent") // handed straight to the decoder, never compared
    record Answered(int status, String contentType, String date, byte[] body) implements HttpOutcome {
        /** Whether the status is 2xx. */
        public boolean success() {
            return is2xx(status);
        }
    }

    /** A status that came and a body that did not come whole. */
    record Cut(int status, Why why, String cause) implements HttpOutcome {}

    /** No answer at all; the cause is in plain words, with the URL. */
    record Unanswered(Why why, String cause) implements HttpOutcome {}

    /** Whether a status means success. */
    static boolean is2xx(int status) {
        return status >= 200 && status <= 299;
    }
}
