package io.mics.loadtest.history;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the checker may take into account.
 *
 * @param buffered       what nodes held in memory when they were killed, as listed by themselves: only it may be lost
 * @param forgetful      the faults after which a node has forgotten what it held and accepted
 * @param owedAfterNanos a device is owed what is sent later than this after its connect_ack
 * @param staysNanos     a connection counts as online for a message when it lives so long beyond the ack; when it is
 *                       broken sooner, the message may have been on its way
 */
public record Rules(Set<Buffered> buffered, Set<Fault.Kind> forgetful, long owedAfterNanos, long staysNanos) {
    /** A message in a node's memory, kept for a user. */
    public record Buffered(MessageKey message, int user) {}

    /** Nothing is explained but what is listed. */
    public static Rules of(Set<Buffered> buffered, Set<Fault.Kind> forgetful) {
        return new Rules(
                Set.copyOf(buffered), Set.copyOf(forgetful), TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(2));
    }

    /** What makes a node of a cluster forget, or the only node there is: alone, its memory ends with its process. */
    public static Set<Fault.Kind> forgetful(int nodes) {
        return nodes == 1 ? Set.of(Fault.Kind.KILL, Fault.Kind.RESTART) : Set.of(Fault.Kind.KILL);
    }
}
