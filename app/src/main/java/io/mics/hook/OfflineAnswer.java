package io.mics.hook;

import io.mics.proto.message.v1.MessageRequest;
import java.util.List;

/** What a device missed. */
public sealed interface OfflineAnswer {
    /** {@code nextCursor} is empty when there is no more. */
    record Page(List<MessageRequest> messages, String nextCursor) implements OfflineAnswer {}

    /** No answer: to be treated as nothing missed. */
    record Degraded(String cause) implements OfflineAnswer {}
}
