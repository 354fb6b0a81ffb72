package io.mics.hook;

import java.util.List;

/** Who is in a group. */
public sealed interface MembersAnswer {
    /** Distinct, in the hook's order. */
    record Members(List<String> userIds) implements MembersAnswer {}

    /** {@code reason} is the ack's. */
    record Failed(String reason) implements MembersAnswer {}
}
