package io.mics.sdk.plugin;

import java.time.Instant;

/**
 * A session has ended, because its device left or because the gateway closed it.
 *
 * @param userId    whose it was
 * @param deviceId  which device's; it may have another session by now
 * @param closeCode why, as its WebSocket was closed: 1000 where the device left properly, 1006 where it vanished
 * @param timestamp when
 */
public record LogoutEvent(String userId, String deviceId, int closeCode, Instant timestamp) {}
