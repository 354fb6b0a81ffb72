package io.mics.hook;

import java.util.List;

/** Who is in a group. */
public sealed interface MembersAnswer {
    /** The members, each once, in the backend's order; unmodifiable, perhaps empty. */
    record Members(List<String> userIds) implements MembersAnswer {}

    /** Nobody knows; the reason goes into the ack. */
    record Failed(String ackReason) implements MembersAnswer {}
}
