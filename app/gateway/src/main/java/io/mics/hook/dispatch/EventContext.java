package io.mics.hook.dispatch;

import io.mics.hook.policy.MatchInput;
import java.util.Map;

/**
 * What a hook event is about, as far as every point knows it.
 *
 * @param sessionId      the conversation; empty when it is not known
 * @param sessionType    {@code single} or {@code group}; empty when it is not known
 * @param messageType    {@code text}, {@code image}, …; empty when it is not known
 * @param user           who acts: the sender, who got the message, who recalls it
 * @param device         the device they act from; empty when none is concerned
 * @param idempotencyKey the same for every attempt of one call, when its source gave one; else empty
 * @param attributes     handed to hooks as they are
 */
public record EventContext(
        String tenant,
        String sessionId,
        String sessionType,
        String messageType,
        String user,
        String device,
        String traceId,
        String idempotencyKey,
        Map<String, String> attributes) {

    /** Takes a copy of the map. */
    public EventContext {
        attributes = Map.copyOf(attributes);
    }

    /** What hooks are chosen by. */
    MatchInput matchInput(String businessType) {
        return new MatchInput(tenant, businessType, sessionType, messageType, user);
    }
}
