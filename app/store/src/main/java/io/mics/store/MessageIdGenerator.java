package io.mics.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the ids of messages: positive, unique in the cluster, ascending on a node. 41 bits are milliseconds since 2024,
 * 10 the node's number, 12 count within a millisecond. A clock that went back is waited for, up to a bound; when it is
 * behind by more there are no ids. Safe on any thread.
 */
public final class MessageIdGenerator {
    /** How far the clock may be behind the newest id. */
    public static final Duration PATIENCE = Duration.ofMillis(500);

    private static final long EPOCH_MS = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
    private static final int SEQUENCE_BITS = 12;
    private static final int NODE_BITS = 10;
    private static final long MOST_SEQUENCE = (1L << SEQUENCE_BITS) - 1;
    private static final long MOST_MS = (1L << 41) - 1;

    private final NodePart node;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastMs;
    private long sequence;

    /** The time of day, and waiting for it. */
    public interface Clock {
        Clock SYSTEM = new Clock() {
            @Override
            public long nowMs() {
                return System.currentTimeMillis();
            }

            @Override
            public void waitMs(long ms) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
            }
        };

        /** Milliseconds since 1970. */
        long nowMs();

        /** Waits, not necessarily for all that time. */
        void waitMs(long ms);
    }

    /** Ids for a batch. */
    public sealed interface Ids {
        /** As many as were asked for, ascending. */
        record Taken(List<Long> ids) implements Ids {
            /** Takes a copy of the list. */
            public Taken {
                ids = List.copyOf(ids);
            }
        }

        /** None: the clock is behind, or this node has no number. */
        record Refused(String cause) implements Ids {}
    }

    /**
     * Ids of this node.
     *
     * @param newest the newest id that may have been made by an earlier process with this number; 0 when not known
     */
    public MessageIdGenerator(NodePart node, Clock clock, long newest) {
        this.node = node;
        this.clock = clock;
        this.lastMs = newest >> (SEQUENCE_BITS + NODE_BITS);
        this.sequence = newest == 0 ? 0 : MOST_SEQUENCE;
    }

    /** Ids of this node by the system's clock. */
    public static MessageIdGenerator of(NodePart node) {
        return new MessageIdGenerator(node, Clock.SYSTEM, 0);
    }

    /** Ids for {@code count} messages. */
    public Ids take(int count) {
        OptionalInt number = node.number();
        if (number.isEmpty()) {
            return new Ids.Refused("this node has no number for message ids");
        }
        List<Long> ids = new ArrayList<>(count);
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                if (!advance()) {
                    return new Ids.Refused("the clock is behind the newest message id by more than "
                            + PATIENCE.toMillis() + " ms, or out of range");
                }
                ids.add((lastMs << (SEQUENCE_BITS + NODE_BITS))
                        | ((long) number.getAsInt() << SEQUENCE_BITS)
                        | sequence);
            }
        } finally {
            lock.unlock();
        }
        return new Ids.Taken(ids);
    }

    /** Moves to the next free position; whether there is one soon. */
    private boolean advance() {
        long now = clock.nowMs() - EPOCH_MS;
        long wanted = sequence == MOST_SEQUENCE ? lastMs + 1 : lastMs;
        if (wanted - now > PATIENCE.toMillis() || now > MOST_MS || wanted > MOST_MS) {
            return false;
        }
        while (now < wanted) {
            clock.waitMs(wanted - now);
            long later = clock.nowMs() - EPOCH_MS;
            if (wanted - later > PATIENCE.toMillis()) {
                return false;
            }
            now = later;
        }
        sequence = now > lastMs ? 0 : sequence + 1;
        lastMs = now;
        return true;
    }
}
