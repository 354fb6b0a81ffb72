package io.mics.hook.point;

import io.mics.observe.Log;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one post-send hook wants to be handed back when a message is recalled. Too much of it is dropped, not failed:
 * the hook has done its work, and calling it again would not shorten its answer.
 */
public final class PostSendResultLimit {
    /** The most that is stored of one message and hook, in bytes of UTF-8 of keys and values. */
    public static final int MAX_BYTES = 4 << 10;

    private static final Log LOG = Log.of(PostSendResultLimit.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);

    private final String target;
    private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

    /** That of the hook at {@code target}, as logs name it. */
    public PostSendResultLimit(String target) {
        this.target = target;
    }

    /** The details if they are small enough, else nothing; says so in the log, once in 5 s at most. */
    public Map<String, String> limited(Map<String, String> details) {
        int bytes = details.entrySet().stream()
                .mapToInt(detail -> length(detail.getKey()) + length(detail.getValue()))
                .sum();
        if (bytes <= MAX_BYTES) {
            return Map.copyOf(details);
        }
        long now = System.nanoTime();
        long due = nextLog.get();
        if (now - due >= 0 && nextLog.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn("hook_details_refused", "target", target, "bytes", bytes, "limit", MAX_BYTES);
        }
        return Map.of();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
