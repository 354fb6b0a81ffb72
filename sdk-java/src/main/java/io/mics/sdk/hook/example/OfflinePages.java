package io.mics.sdk.hook.example;

import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.message.v1.MessageRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What each user missed, read in pages. The cursor is the position of the next message; reading removes nothing. */
final class OfflinePages {
    private final Map<String, List<MessageRequest>> missed = new ConcurrentHashMap<>();

    void put(String userId, List<MessageRequest> messages) {
        missed.put(userId, List.copyOf(messages));
    }

    GetOfflineMessagesResponse page(GetOfflineMessagesRequest request) {
        List<MessageRequest> all = missed.getOrDefault(request.getUserId(), List.of());
        int from;
        try {
            from = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
        } catch (NumberFormatException e) {
            return GetOfflineMessagesResponse.newBuilder()
                    .setReason("bad cursor")
                    .build();
        }
        int start = Math.max(0, Math.min(from, all.size()));
        int end = Math.min(all.size(), start + Math.max(1, request.getMaxMessages()));
        return GetOfflineMessagesResponse.newBuilder()
                .setOk(true)
                .addAllMessages(all.subList(start, end))
                .setHasMore(end < all.size())
                .setNextCursor(end < all.size() ? Integer.toString(end) : "")
                .build();
    }
}
