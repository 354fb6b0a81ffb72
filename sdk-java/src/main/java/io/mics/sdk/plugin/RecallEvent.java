package io.mics.sdk.plugin;

import java.time.Instant;
import java.util.Map;

/**
 * A message is to be taken back, or was.
 *
 * @param messageId  the gateway's id for it
 * @param operatorId who takes it back
 * @param recalledAt when
 * @param metadata   what this hook answered when the message was sent
 */
public record RecallEvent(String messageId, String operatorId, Instant recalledAt, Map<String, String> metadata) {
    /** Takes a copy of the metadata. */
    public RecallEvent {
        metadata = Map.copyOf(metadata);
    }
}
