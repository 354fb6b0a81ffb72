package io.mics.sdk.plugin;

import java.time.Instant;

/**
 * A device has said that it is still there.
 *
 * @param userId    whose it is
 * @param deviceId  which one
 * @param timestamp when
 */
public record HeartbeatEvent(String userId, String deviceId, Instant timestamp) {}
