package io.mics.session;

import io.mics.routing.directory.RecentSends;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What devices sent that disconnected within the last minute or two, for their next connection. Bounded. */
final class RecentlyDisconnected {
    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST = 50_000;

    private record Generation(Map<DeviceKey, RecentSends> devices, long nanos) {
        static Generation empty() {
            return new Generation(new ConcurrentHashMap<>(), System.nanoTime());
        }
    }

    private volatile Generation young = Generation.empty();
    private volatile Generation old = Generation.empty();

    /** A device has disconnected. */
    void add(Session session) {
        RecentSends sent = session.recentSends();
        if (!sent.isEmpty()) {
            rotate();
            young.devices().put(DeviceKey.of(session), sent);
        }
    }

    /** What a disconnected device sent, if it is still remembered. */
    @Nullable
    RecentSends find(DeviceKey key) {
        RecentSends sent = young.devices().get(key);
        return sent != null ? sent : old.devices().get(key);
    }

    private void rotate() {
        Generation now = young;
        if (System.nanoTime() - now.nanos() > GENERATION_NANOS || now.devices().size() >= MOST) {
            old = now;
            young = Generation.empty();
        }
    }
}
