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
        ALTERED
    }
}
