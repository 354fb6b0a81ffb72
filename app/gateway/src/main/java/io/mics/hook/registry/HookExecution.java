package io.mics.hook.registry;

import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Mode;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One call of one hook, as it is recorded: never a body.
 *
 * @param tenant      on whose behalf
 * @param point       where it joined the message path
 * @param hook        its name
 * @param version     its version
 * @param mode        whether its answer counted
 * @param who         at the points of connections the user, or the device before; empty where a message says it
 * @param messageId   the message it was about, as its client numbered it; empty at the points of connections
 * @param messageType {@code text}, {@code image}, …; empty at the points of connections
 * @param traceId     the message's or the connection's trace
 * @param result      {@code allow}, {@code stop}, {@code ok}, or the kind of failure
 * @param tookNanos   how long the caller waited
 * @param cause       why it failed or stopped, in plain words; empty otherwise
 * @param changes     what it did to the message
 */
public record HookExecution(
        String tenant,
        HookPoint point,
        String hook,
        String version,
        Mode mode,
        String who,
        String messageId,
        String messageType,
        String traceId,
        String result,
        long tookNanos,
        String cause,
        List<DraftChange> changes) {

    /** The name of the post-send hook that there is while none is configured. */
    public static final String LOG = "log";

    /** Gets every execution; must not block. */
    public interface Sink {
        void executed(HookExecution execution);

        /**
         * A message that no post-send hook is notified of, because there is none: the built-in one, "log", records it.
         */
        void logged(String tenant, String messageId, String messageType, String traceId);

        /**
         * A hook is called for a tenant for the first time; {@code circuit} is 0 closed, 1 half-open, 2 open or
         * suspended.
         */
        void registered(String tenant, String hook, LongSupplier circuit);

        /** A version was taken out of service for a tenant, and another serves its users from now on. */
        void rolledBack(String tenant, HookDefinition version, String cause);
    }
}
