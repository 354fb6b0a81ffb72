package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What devices sent that disconnected within the last minute or two, for their next connection. Bounded. */
public final class RecentlyDisconnected {
    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST = 50_000;

    private record Generation(Map<DeviceKey, RecentSends> devices, long nanos) {
        static Generation empty() {
            return new Generation(new ConcurrentHashMap<>(), System.nanoTime());
        }
    }

    private volatile Generation young = Generation.empty();
    private volatile Generation old = Generation.empty();
    private volatile long lastNanos = System.nanoTime() - 2 * GENERATION_NANOS;

    /** A device has disconnected. */
    public void add(DeviceKey key, RecentSends sent) {
        lastNanos = System.nanoTime();
        if (!sent.isEmpty()) {
            rotate();
            young.devices().put(key, sent);
        }
    }

    /** A device has disconnected from another node, from where it had sent this. */
    public void inherit(DeviceKey key, List<SentMessage> sent) {
        rotate();
        young.devices().compute(key, (device, known) -> {
            RecentSends all = known != null ? known : old.devices().getOrDefault(key, new RecentSends());
            all.inherit(sent);
            return all;
        });
    }

    /** What a disconnected device sent, if it is still remembered. */
    public @Nullable RecentSends find(DeviceKey key) {
        RecentSends sent = young.devices().get(key);
        return sent != null ? sent : old.devices().get(key);
    }

    /** All that is remembered. */
    public Map<DeviceKey, RecentSends> all() {
        Map<DeviceKey, RecentSends> all = new HashMap<>(old.devices());
        all.putAll(young.devices());
        return all;
    }

    /** Whether any device has disconnected within the last minute, even one that had sent nothing. */
    public boolean anyLately() {
        return System.nanoTime() - lastNanos < GENERATION_NANOS;
    }

    private void rotate() {
        Generation now = young;
        if (System.nanoTime() - now.nanos() > GENERATION_NANOS || now.devices().size() >= MOST) {
            old = now;
            young = Generation.empty();
        }
    }
}
