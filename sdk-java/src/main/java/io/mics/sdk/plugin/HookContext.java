package io.mics.sdk.plugin;

import java.time.Instant;
import java.util.Map;

/**
 * What a hook is given of a call, at whichever point.
 *
 * @param tenant         on whose behalf
 * @param businessType   the tenant's {@code business-type}; empty when it has none
 * @param sessionId      the conversation: {@code single:{user}:{user}} or {@code group:{id}}; empty without a message
 * @param sessionType    {@code single} or {@code group}; empty without a message
 * @param messageType    {@code text}, {@code image}, …; {@code binary} for a body that is not text; empty without one
 * @param sender         the user who sent the message, or who logs in or is there; empty while nobody knows who it is
 * @param device         the device it came from; empty when no device is concerned
 * @param traceId        32 lower-case hex digits, the same in logs, events and node links
 * @param idempotencyKey the same for every attempt of one call and for a client's resend of one message
 * @param attempt        1 for the first call, one more for each retry
 * @param deadline       by when an answer counts
 * @param tags           what earlier hooks of the chain attached
 * @param attributes     {@code feature_version}, flags and whatever else the gateway says
 */
public record HookContext(
        String tenant,
        String businessType,
        String sessionId,
        String sessionType,
        String messageType,
        String sender,
        String device,
        String traceId,
        String idempotencyKey,
        int attempt,
        Instant deadline,
        Map<String, String> tags,
        Map<String, String> attributes) {

    /** Takes copies of the maps. */
    public HookContext {
        tags = Map.copyOf(tags);
        attributes = Map.copyOf(attributes);
    }
}
