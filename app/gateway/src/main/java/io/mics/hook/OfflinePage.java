package io.mics.hook;

import io.mics.proto.message.v1.MessageRequest;
import java.util.List;

/**
 * One page of what the backend stored for an absent user, in the order of delivery.
 *
 * @param nextCursor where the next page begins
 * @param hasMore    whether there is one
 */
public record OfflinePage(List<MessageRequest> messages, String nextCursor, boolean hasMore) {}
