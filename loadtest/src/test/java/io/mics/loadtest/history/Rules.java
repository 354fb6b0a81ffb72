package io.mics.loadtest.history;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the checker may take into account.
 *
 * @param buffered             what killed nodes held in memory, as listed by themselves: only these may be lost
 * @param memoryMayBeLost      without such a list: whatever a fault of {@code forgetful} kind may have taken with it
 * @param owedAfterNanos       a device is owed what is sent later than this after its connect_ack
 * @param staysNanos           a connection counts as online for a message when it lives so long beyond the ack
 * @param cutNanos             a message acknowledged so shortly before a connection broke may have been on its way
 */
public record Rules(
        Set<Buffered> buffered,
        Set<Fault.Kind> forgetful,
        boolean memoryMayBeLost,
        long owedAfterNanos,
        long staysNanos,
        long cutNanos) {
    /** A message in a node's memory, kept for a user. */
    public record Buffered(MessageKey message, int user) {}

    /** The rules of a cluster: nothing is explained but what is listed, and only kill -9 makes a node forget. */
    public static Rules strict(Set<Buffered> buffered) {
        return new Rules(
                Set.copyOf(buffered),
                Set.of(Fault.Kind.KILL),
                false,
                TimeUnit.SECONDS.toNanos(1),
                TimeUnit.SECONDS.toNanos(2),
                TimeUnit.SECONDS.toNanos(1));
    }

    /** The rules of one node without a cluster: its memory ends with its process, listed or not. */
    public static Rules oneNode() {
        Rules strict = strict(Set.of());
        return new Rules(
                Set.of(),
                Set.of(Fault.Kind.KILL, Fault.Kind.RESTART),
                true,
                strict.owedAfterNanos,
                strict.staysNanos,
                strict.cutNanos);
    }
}
