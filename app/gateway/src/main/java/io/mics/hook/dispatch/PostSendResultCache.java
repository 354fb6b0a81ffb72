package io.mics.hook.dispatch;

import io.mics.concurrent.HeapShare;
import io.mics.hook.point.PostSendResultLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Results of post-send hooks, to be handed back to them when the message is recalled: of this node, for a day, the
 * oldest forgotten first when they take too much. Of two messages of one conversation under the same id the later one's
 * result is remembered. Safe on any thread.
 */
public final class PostSendResultCache {
    /** Bytes that a node's may take. */
    public static final long MOST_BYTES = HeapShare.atMost(16L << 20, 1);

    private static final Duration RETENTION = Duration.ofHours(24);
    private static final int ENTRY_BYTES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Result> results = new LinkedHashMap<>();
    private final long maxBytes;
    private final LongSupplier nanoClock;
    private long bytes;

    private record Key(String tenant, String conversation, String messageId, String hook) {}

    private record Result(Map<String, String> values, long nanos, int bytes) {}

    /** A cache of {@code maxBytes}, about. */
    public PostSendResultCache(long maxBytes, LongSupplier nanoClock) {
        this.maxBytes = maxBytes;
        this.nanoClock = nanoClock;
    }

    /** Remembers a hook's result; says whether it was small enough. An empty result is not remembered. */
    boolean put(HookEvent event, String hook, Map<String, String> values) {
        if (values.isEmpty()) {
            return true;
        }
        int size = size(values);
        if (size > PostSendResultLimit.MAX_BYTES) {
            return false;
        }
        long now = nanoClock.getAsLong();
        lock.lock();
        try {
            Key key = key(event, hook);
            remove(key);
            results.put(key, new Result(Map.copyOf(values), now, size + ENTRY_BYTES));
            bytes += size + ENTRY_BYTES;
            while (!results.isEmpty()) {
                Map.Entry<Key, Result> oldest = results.entrySet().iterator().next();
                if (bytes <= maxBytes && !expired(oldest.getValue(), now)) {
                    break;
                }
                remove(oldest.getKey());
            }
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** What the hook answered to the message a recall is about; empty when that is not known. */
    public Map<String, String> get(HookEvent event, String hook) {
        lock.lock();
        try {
            Result result = results.get(key(event, hook));
            return result == null || expired(result, nanoClock.getAsLong()) ? Map.of() : result.values();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a tenant's. */
    void forget(String tenant) {
        lock.lock();
        try {
            results.keySet().stream()
                    .filter(key -> key.tenant().equals(tenant))
                    .toList()
                    .forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Key key) {
        Result before = results.remove(key);
        if (before != null) {
            bytes -= before.bytes();
        }
    }

    private static boolean expired(Result result, long now) {
        return now - result.nanos() > RETENTION.toNanos();
    }

    private static Key key(HookEvent event, String hook) {
        return new Key(event.context().tenant(), event.context().sessionId(), event.messageId(), hook);
    }

    private static int size(Map<String, String> values) {
        int size = 0;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            size += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
            size += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        return size;
    }
}
