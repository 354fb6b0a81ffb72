package io.mics.session;

import io.mics.routing.RecentSends;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What devices sent that left within the last minute or two, for the node they come to next. Bounded. */
final class Departed {
    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST = 50_000;

    private record Generation(Map<DeviceKey, RecentSends> devices, long nanos) {
        static Generation empty() {
            return new Generation(new ConcurrentHashMap<>(), System.nanoTime());
        }
    }

    private volatile Generation young = Generation.empty();
    private volatile Generation old = Generation.empty();

    /** A device left. */
    void left(Session session) {
        RecentSends sent = session.recentSends();
        if (!sent.isEmpty()) {
            turn();
            young.devices().put(DeviceKey.of(session), sent);
        }
    }

    /** What a device that left sent, if it is still known. */
    @Nullable
    RecentSends find(DeviceKey key) {
        RecentSends sent = young.devices().get(key);
        return sent != null ? sent : old.devices().get(key);
    }

    private void turn() {
        Generation now = young;
        if (System.nanoTime() - now.nanos() > GENERATION_NANOS || now.devices().size() >= MOST) {
            old = now;
            young = Generation.empty();
        }
    }
}
