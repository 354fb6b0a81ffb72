package io.mics.ws;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of messages that have begun on this node's connections and are not handled yet, and how many they may be.
 * When there is no room the connection with the largest unfinished message of the tenant that holds most is evicted, at
 * once; of equal ones that whose message began first. A message that came whole with one read of its socket never meets
 * this.
 *
 * <p>Eviction closes with 4429 rather than 1009: the message is not too large, the node has no room; the client backs
 * off and sends it again.
 */
public final class InboundBudget {
    /** Largest first, then oldest. */
    private static final Comparator<MessageBuffer> FIRST_EVICTED = Comparator.comparingLong(MessageBuffer::held)
            .thenComparing(MessageBuffer::sinceNanos, (a, b) -> Long.signum(b - a));

    private final AtomicLong used = new AtomicLong();
    private final Map<String, Share> shares = new ConcurrentHashMap<>();
    private final ReentrantLock shedding = new ReentrantLock();
    private final long max;
    private final Consumer<String> evicted;

    /** What one tenant holds. */
    private static final class Share {
        final Set<MessageBuffer> buffers = ConcurrentHashMap.newKeySet();
        final AtomicLong held = new AtomicLong();
    }

    /**
     * A budget of {@code max} bytes; 0 is unlimited.
     *
     * @param evicted is given the tenant of each connection that is evicted
     */
    public InboundBudget(long max, Consumer<String> evicted) {
        this.max = max == 0 ? Long.MAX_VALUE : max;
        this.evicted = evicted;
    }

    /** Bytes held now. */
    public long used() {
        return used.get();
    }

    /** A buffer for messages of one connection; {@code closing} ends it when it is evicted, and never blocks. */
    MessageBuffer buffer(String tenant, Runnable closing) {
        return new MessageBuffer(this, tenant, closing);
    }

    /** Takes {@code bytes} more for {@code buffer}; false when it was evicted, now or before. */
    boolean take(MessageBuffer buffer, long bytes) {
        if (used.addAndGet(bytes) > max && !shedLargest(buffer, bytes)) {
            return false;
        }
        boolean[] taken = new boolean[1];
        // inside compute, so that a tenant's share is not forgotten under a buffer that joins it
        shares.compute(buffer.tenant(), (tenant, known) -> {
            Share share = known == null ? new Share() : known;
            taken[0] = buffer.grant(bytes);
            if (taken[0]) {
                share.buffers.add(buffer);
                share.held.addAndGet(bytes);
            }
            return share.buffers.isEmpty() ? null : share;
        });
        if (!taken[0]) {
            used.addAndGet(-bytes);
        }
        return taken[0];
    }

    /** Gives back what {@code buffer} held and holds no longer; {@code left} is what it still holds. */
    void release(MessageBuffer buffer, long bytes, long left) {
        if (bytes == 0 && left != 0) {
            return;
        }
        used.addAndGet(-bytes);
        shares.computeIfPresent(buffer.tenant(), (tenant, share) -> {
            share.held.addAndGet(-bytes);
            if (left == 0) {
                share.buffers.remove(buffer);
            }
            return share.buffers.isEmpty() ? null : share;
        });
    }

    /** Makes room; false when {@code asking} itself is the one to evict, or nobody else can be. */
    private boolean shedLargest(MessageBuffer asking, long bytes) {
        shedding.lock();
        try {
            while (used.get() > max) {
                MessageBuffer largest = largest(asking, bytes);
                if (largest == null || largest.equals(asking)) {
                    used.addAndGet(-bytes);
                    evict(asking);
                    return false;
                }
                evict(largest);
            }
            return true;
        } finally {
            shedding.unlock();
        }
    }

    private void evict(MessageBuffer buffer) {
        if (buffer.evict()) {
            evicted.accept(buffer.tenant());
        }
    }

    /** Whom to evict: what is being handled cannot be, and counts for its tenant all the same. */
    private @Nullable MessageBuffer largest(MessageBuffer asking, long bytes) {
        return shares.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Share> entry) ->
                        -entry.getValue().held.get() - (entry.getKey().equals(asking.tenant()) ? bytes : 0)))
                .map(entry -> entry.getValue().buffers.stream()
                        .filter(buffer -> buffer.isWaiting() || buffer.equals(asking))
                        .max((a, b) -> compare(a, b, asking, bytes)))
                .flatMap(java.util.Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private static int compare(MessageBuffer a, MessageBuffer b, MessageBuffer asking, long bytes) {
        long first = a.held() + (a.equals(asking) ? bytes : 0);
        long second = b.held() + (b.equals(asking) ? bytes : 0);
        return first != second ? Long.compare(first, second) : FIRST_EVICTED.compare(a, b);
    }
}
