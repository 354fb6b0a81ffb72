package io.mics.hook;

import java.util.List;

/** Who is in a group. */
public sealed interface MembersAnswer {
    /** The members, each once, in the backend's order; unmodifiable, perhaps empty. */
    record Members(List<String> userIds) implements MembersAnswer {}

    /** The list finds no room among those the tenant, or the node, has in memory now. */
    record NoRoom() implements MembersAnswer {}

    /** Nobody knows; the reason goes into the ack. */
    record Failed(String ackReason) implements MembersAnswer {}
}
