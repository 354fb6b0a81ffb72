package io.mics.pipeline.log;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.NewMessage;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A log to which each tenant's messages are appended in batches, by a thread of the tenant's own that exists while
 * there are some, so that one tenant's trouble is its own. A message that was surely not appended within the tenant's
 * append time-out is refused; one that the log may have is tried again for half a minute, and then its outcome is
 * unknown.
 */
public final class BatchingLog implements ConversationLog, AutoCloseable {
    /** How long what may be in the log is tried again. */
    public static final Duration UNDECIDED = Duration.ofSeconds(30);

    private static final long MOST_BYTES = HeapShare.atMost(64L << 20, 2);
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final BatchAppender appender;
    private final Function<String, Duration> timeouts;
    private final Duration undecided;
    private final TimingWheel wheel;
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES);
    private final Map<String, TenantAppends> queues = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * A log in front of {@code appender}.
     *
     * @param timeouts a tenant's append time-out
     * @param wheel    tells what waits for too long
     */
    public BatchingLog(BatchAppender appender, Function<String, Duration> timeouts, TimingWheel wheel) {
        this(appender, timeouts, UNDECIDED, wheel);
    }

    BatchingLog(BatchAppender appender, Function<String, Duration> timeouts, Duration undecided, TimingWheel wheel) {
        this.appender = appender;
        this.timeouts = timeouts;
        this.undecided = undecided;
        this.wheel = wheel;
    }

    /** Bytes of messages that wait to be appended at most, in this process; a tenant has half at most. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    @Override
    public void append(NewMessage message, Consumer<Outcome> done) throws InterruptedException {
        long now = System.nanoTime();
        long refusedAt = now + timeouts.apply(message.tenant()).toNanos();
        TenantAppends.Entry entry = new TenantAppends.Entry(message, done, refusedAt, now + undecided.toNanos());
        TenantAppends queue =
                queues.computeIfAbsent(message.tenant(), tenant -> new TenantAppends(tenant, appender, room, wheel));
        if (closed || !queue.add(entry)) {
            done.accept(new Outcome.Unavailable());
        }
    }

    @Override
    public String describe(String tenant) {
        return appender.describe(tenant);
    }

    /** Messages that wait or are being appended. */
    public long size() {
        return queues.values().stream().mapToLong(TenantAppends::size).sum();
    }

    /** Forgets a tenant whose messages have their outcomes. */
    public void forget(String tenant) {
        queues.computeIfPresent(tenant, (id, queue) -> queue.size() == 0 ? null : queue);
    }

    /** Takes nothing more, gives what waits five seconds to be appended, and answers what is left. */
    @Override
    public void close() {
        closed = true;
        long end = System.nanoTime() + FLUSH_NANOS;
        try {
            for (TenantAppends queue : queues.values()) {
                queue.awaitEmpty(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queues.values().forEach(TenantAppends::close);
    }
}
