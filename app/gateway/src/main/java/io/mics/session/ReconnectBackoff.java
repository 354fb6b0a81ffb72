package io.mics.session;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Devices that keep replacing each other: clients that reconnect on every close code. After three takeovers within ten
 * seconds each newcomer is delayed, by 1, 2, 4, … at most 10 seconds.
 */
final class ReconnectBackoff {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int TOLERATED = 3;
    private static final int MAX_DELAY_SECONDS = 10;
    private static final int MAX_DEVICES = 10_000;

    private final Map<DeviceKey, Streak> streaks = new ConcurrentHashMap<>();

    private record DeviceKey(String tenant, String user, String device) {}

    /** Takeovers in a row; {@code beforeNanos} is when the one before the last was. */
    private record Streak(int count, long beforeNanos, long lastNanos) {
        Streak and(long nanos) {
            boolean slow = count == TOLERATED - 1 && nanos - beforeNanos > WINDOW_NANOS;
            return new Streak(slow ? count : count + 1, lastNanos, nanos);
        }
    }

    /** A device was replaced. */
    void replaced(String tenant, String user, String device, long nanos) {
        if (streaks.size() >= MAX_DEVICES) {
            streaks.values().removeIf(streak -> over(streak, nanos));
        }
        if (streaks.size() < MAX_DEVICES) {
            streaks.merge(
                    new DeviceKey(tenant, user, device),
                    new Streak(1, nanos, nanos),
                    (old, one) -> over(old, nanos) ? one : old.and(nanos));
        }
    }

    /** How long a newcomer for this device has to wait. */
    Duration delay(String tenant, String user, String device, long nanos) {
        Streak streak = streaks.get(new DeviceKey(tenant, user, device));
        if (streak == null || over(streak, nanos) || streak.count() < TOLERATED) {
            return Duration.ZERO;
        }
        int doublings = Math.min(streak.count() - TOLERATED, 4);
        return Duration.ofSeconds(Math.min(1 << doublings, MAX_DELAY_SECONDS));
    }

    private static boolean over(Streak streak, long nanos) {
        // a delayed newcomer replaces late: its own delay does not end the streak
        long grace = streak.count() < TOLERATED ? 0 : TimeUnit.SECONDS.toNanos(MAX_DELAY_SECONDS);
        return nanos - streak.lastNanos() > WINDOW_NANOS + grace;
    }
}
