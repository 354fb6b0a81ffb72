package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What devices sent that disconnected within the last minute or two, for their next connection. Bounded. */
public final class RecentlyDisconnected {
    private static final long GENERATION_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST = 50_000;

    private record Generation(Map<DeviceKey, RecentSends> devices, long nanos) {
        static Generation empty(long now) {
            return new Generation(new ConcurrentHashMap<>(), now);
        }
    }

    private final LongSupplier clock;
    private volatile Generation young;
    private volatile Generation old;
    private volatile long lastNanos;

    public RecentlyDisconnected() {
        this(System::nanoTime);
    }

    /** Forgets by a clock in nanoseconds. */
    public RecentlyDisconnected(LongSupplier nanoClock) {
        clock = nanoClock;
        long now = nanoClock.getAsLong();
        young = Generation.empty(now);
        old = Generation.empty(now);
        lastNanos = now - 2 * GENERATION_NANOS;
    }

    /** A device has disconnected. */
    public void add(DeviceKey key, RecentSends sent) {
        lastNanos = clock.getAsLong();
        if (!sent.isEmpty()) {
            forgetOld();
            young.devices().put(key, sent);
        }
    }

    /** A device has disconnected from another node, from where it had sent this. */
    public void inherit(DeviceKey key, List<SentMessage> sent) {
        forgetOld();
        young.devices().compute(key, (device, known) -> {
            RecentSends all = known != null ? known : old.devices().getOrDefault(key, new RecentSends(clock));
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
        forgetOld();
        Map<DeviceKey, RecentSends> all = new HashMap<>(old.devices());
        all.putAll(young.devices());
        return all;
    }

    /** Whether any device has disconnected within the last minute, even one that had sent nothing. */
    public boolean anyLately() {
        return clock.getAsLong() - lastNanos < GENERATION_NANOS;
    }

    /** Forgets what is too old; called from time to time, since a device may be the last for long. */
    public void forgetOld() {
        long now = clock.getAsLong();
        Generation last = young;
        long age = now - last.nanos();
        if (age > GENERATION_NANOS || last.devices().size() >= MOST) {
            old = age > 2 * GENERATION_NANOS ? Generation.empty(now) : last;
            young = Generation.empty(now);
        }
    }
}
