package io.mics.hook;

import io.mics.proto.message.v1.MessageRequest;
import java.util.List;

/** What the backend stored for an absent user. */
public sealed interface OfflineAnswer {
    /**
     * One page, in the order of delivery.
     *
     * @param nextCursor where the next page begins
     * @param hasMore    whether there is one
     */
    record Page(List<MessageRequest> messages, String nextCursor, boolean hasMore) implements OfflineAnswer {}

    /** No page: DENY when the backend said so, else why it did not answer. Treated as empty. */
    record Failed(CallResult result, String cause) implements OfflineAnswer {}
}
