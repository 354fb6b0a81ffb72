package io.mics.sdk.plugin;

import java.time.Instant;

/**
 * Somebody has got a message.
 *
 * @param messageId the gateway's id for it
 * @param userId    who got it
 * @param ackType   {@code client}, {@code push} or {@code offline}
 * @param timestamp when
 */
public record DeliveryEvent(String messageId, String userId, String ackType, Instant timestamp) {}
