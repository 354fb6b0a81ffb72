package io.mics.loadtest.history;

/**
 * One thing that must not happen.
 *
 * @param kind which rule it breaks
 * @param what enough to find it in the logs
 */
public record Violation(Kind kind, String what) {
    /** The rules. */
    public enum Kind {
        /** A message acknowledged SENT that reached nobody at all. */
        FALSE_SENT,
        /** A message acknowledged SENT that reached others, but no device of one recipient. */
        LOST,
        /** A message acknowledged SENT that reached the user, but not a device that was online throughout. */
        LOST_TO_DEVICE,
        /** A message twice on one connection. */
        DUPLICATE,
        /** A later message before an earlier one, of one sender, on the same route. */
        ORDER,
        /** A message of one tenant on a connection of another. */
        TENANT_LEAK,
        /** A message on a connection of somebody it was not for. */
        MISDELIVERED,
        /** A message nobody sent. */
        INVENTED,
        /** An ack for a message that was not sent on this connection. */
        UNASKED_ACK,
        /** A frame whose contents are not what was sent. */
        ALTERED,
        /** Durable: a message acknowledged SENT that is not stored. */
        NOT_STORED,
        /** Durable: a message that is stored more than once. */
        STORED_TWICE,
        /** Durable: a message whose every attempt was FAILED for certain, and which is stored. */
        STORED_FALSELY,
        /** Durable: the sequence numbers of a conversation are not 1, 2, 3 and so on to its last. */
        SEQ_NOT_DENSE,
        /** Durable: a frame says another sequence number or id of a message than it has, or two have one id. */
        WRONG_NUMBER,
        /** Durable: acknowledgements of one connection in another order than that of its messages. */
        ACK_ORDER,
        /** Durable: a device that lacks a message after it has caught up. */
        INCOMPLETE,
        /** Durable: what a reader is told of a conversation is not what is stored. */
        WRONG_VIEW,
        /** Durable: an unread count that a recount does not give. */
        WRONG_UNREAD
    }
}
