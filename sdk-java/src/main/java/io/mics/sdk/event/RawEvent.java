package io.mics.sdk.event;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** A record as it was read. A missing header is null, a missing value too. */
record RawEvent(
        Position position,
        @Nullable ByteString value,
        @Nullable String eventId,
        @Nullable String traceparent,
        @Nullable String featureVersion,
        @Nullable String sessionId) {

    String identity() {
        return eventId == null || eventId.isEmpty() ? position.toString() : eventId;
    }
}
