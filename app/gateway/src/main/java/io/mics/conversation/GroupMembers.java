package io.mics.conversation;

import io.mics.protocol.ConversationRef;
import io.mics.tenant.Tenant;
import java.util.Set;

/** Who is in a group of a durable tenant now, whoever says so: the tenant's backend, or the database. */
public interface GroupMembers {
    /** What is known of a group. */
    sealed interface Lookup {
        /** Its members; never changes. Nobody is in a group that does not exist. */
        record Known(Set<String> users) implements Lookup {}

        /**
         * Nobody could say.
         *
         * @param reason for the acknowledgement
         */
        record Unavailable(String reason) implements Lookup {}
    }

    /** Looks up a group's members; what was known lately is answered without asking. Blocks, a bounded time. */
    Lookup find(Tenant tenant, ConversationRef.Group group, String traceId) throws InterruptedException;
}
