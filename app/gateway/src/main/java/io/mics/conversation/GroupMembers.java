package io.mics.conversation;

import io.mics.protocol.ConversationRef;
import io.mics.tenant.Tenant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Who is in a group of a durable tenant now, whoever says so: the tenant's backend, or the database. */
public interface GroupMembers {
    /** What is known of a group. */
    sealed interface Lookup {
        /**
         * Its members; never changes. Nobody is in a group that does not exist.
         *
         * @param list the same users, for those who go through all of them
         */
        record Known(Set<String> users, List<String> list) implements Lookup {
            /** These users, each once. */
            public static Known of(Collection<String> users) {
                Set<String> distinct = Set.copyOf(users);
                return new Known(distinct, List.copyOf(distinct));
            }
        }

        /**
         * Nobody could say.
         *
         * @param reason for the acknowledgement
         */
        record Unavailable(String reason) implements Lookup {}
    }

    /**
     * Looks up a group's members; what was known lately is answered without asking. Blocks, a bounded time.
     *
     * @param beforeAsking run where somebody is asked, before that
     */
    Lookup find(Tenant tenant, ConversationRef.Group group, String traceId, Runnable beforeAsking)
            throws InterruptedException;

    /**
     * Whether a user is in a group now: the same, without all members where one can be asked about.
     *
     * @param beforeAsking run where somebody is asked, before that
     */
    default Membership contains(
            Tenant tenant, ConversationRef.Group group, String user, String traceId, Runnable beforeAsking)
            throws InterruptedException {
        return switch (find(tenant, group, traceId, beforeAsking)) {
            case Lookup.Known known -> new Membership.Known(known.users().contains(user));
            case Lookup.Unavailable away -> new Membership.Unavailable(away.reason());
        };
    }

    /** Whether somebody is in a group. */
    sealed interface Membership {
        /** It is known. */
        record Known(boolean member) implements Membership {}

        /**
         * Nobody could say.
         *
         * @param reason for the acknowledgement
         */
        record Unavailable(String reason) implements Membership {}
    }

    /** The same for a caller whom nobody waits for. */
    default Lookup find(Tenant tenant, ConversationRef.Group group, String traceId) throws InterruptedException {
        return find(tenant, group, traceId, () -> {});
    }
}
