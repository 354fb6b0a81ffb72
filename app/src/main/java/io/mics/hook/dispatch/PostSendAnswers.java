package io.mics.hook.dispatch;

import io.mics.hook.point.HandedBack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What post-send hooks answered, to be handed back to them when the message is recalled: of this node, for a day, the
 * oldest forgotten first when they take too much. Of two messages of one conversation under the same id the later one's
 * answer is kept. Safe on any thread.
 */
public final class PostSendAnswers {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final int ENTRY_BYTES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Answer> answers = new LinkedHashMap<>();
    private final long maxBytes;
    private final LongSupplier nanoClock;
    private long bytes;

    private record Key(String tenant, String conversation, String messageId, String hook) {}

    private record Answer(Map<String, String> values, long nanos, int bytes) {}

    /** Keeps answers of {@code maxBytes} together, about. */
    public PostSendAnswers(long maxBytes, LongSupplier nanoClock) {
        this.maxBytes = maxBytes;
        this.nanoClock = nanoClock;
    }

    /** Keeps a hook's answer; says whether it was small enough. An empty answer is nothing to keep. */
    boolean keep(Notice notice, String hook, Map<String, String> values) {
        if (values.isEmpty()) {
            return true;
        }
        int size = size(values);
        if (size > HandedBack.MAX_BYTES) {
            return false;
        }
        long now = nanoClock.getAsLong();
        lock.lock();
        try {
            Key key = key(notice, hook);
            remove(key);
            answers.put(key, new Answer(Map.copyOf(values), now, size + ENTRY_BYTES));
            bytes += size + ENTRY_BYTES;
            while (!answers.isEmpty()) {
                Map.Entry<Key, Answer> oldest = answers.entrySet().iterator().next();
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

    /** What the hook answered to the message a recall is about; empty when nothing is kept. */
    public Map<String, String> of(Notice notice, String hook) {
        lock.lock();
        try {
            Answer answer = answers.get(key(notice, hook));
            return answer == null || expired(answer, nanoClock.getAsLong()) ? Map.of() : answer.values();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a tenant's. */
    void forget(String tenant) {
        lock.lock();
        try {
            answers.keySet().stream()
                    .filter(key -> key.tenant().equals(tenant))
                    .toList()
                    .forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Key key) {
        Answer before = answers.remove(key);
        if (before != null) {
            bytes -= before.bytes();
        }
    }

    private static boolean expired(Answer answer, long now) {
        return now - answer.nanos() > KEPT.toNanos();
    }

    private static Key key(Notice notice, String hook) {
        return new Key(notice.subject().tenant(), notice.subject().sessionId(), notice.messageId(), hook);
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
