package io.mics.loadtest.durable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a device has of its conversations, over all its connections, and what it is to ask for: a conversation that goes
 * on behind what it has without a hole is asked for, one page at a time. Thread-safe.
 */
final class Progress {
    /** An ack may still bring what looks like a hole. */
    private static final long HOLE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final long ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Have> talks = new HashMap<>();

    private static final class Have {
        final BitSet seqs = new BitSet();
        /** The last without a hole before it. */
        int upTo;
        /** The last that is known to be. */
        long last;
        /** When a page may be asked for. */
        long due = Long.MIN_VALUE;
    }

    /** A page to ask for. */
    record Page(int talk, long after) {}

    private Have of(int talk) {
        return talks.computeIfAbsent(talk, t -> new Have());
    }

    /** A message is there. */
    void has(int talk, long seq, long now) {
        lock.lock();
        try {
            Have have = of(talk);
            have.seqs.set(Math.toIntExact(seq));
            have.upTo = have.seqs.nextClearBit(have.upTo + 1) - 1;
            reaches(have, seq, now);
        } finally {
            lock.unlock();
        }
    }

    /** The conversation is said to reach to a number. */
    void reaches(int talk, long last, long now) {
        lock.lock();
        try {
            reaches(of(talk), last, now);
        } finally {
            lock.unlock();
        }
    }

    private static void reaches(Have have, long last, long now) {
        if (last > have.last) {
            have.last = last;
        }
        if (have.upTo < have.last && have.due == Long.MIN_VALUE) {
            have.due = now + HOLE_NANOS;
        }
    }

    /** A page was answered; the next can be asked for. */
    void answered(int talk, long last, long now) {
        lock.lock();
        try {
            Have have = of(talk);
            have.last = Math.max(have.last, last);
            have.due = have.upTo < have.last ? now : Long.MIN_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /** A page was refused. */
    void failed(int talk, long now) {
        lock.lock();
        try {
            of(talk).due = now + ERROR_NANOS;
        } finally {
            lock.unlock();
        }
    }

    /** A new connection: nothing that was asked before is answered. */
    void reconnected(long now) {
        lock.lock();
        try {
            talks.values().forEach(have -> have.due = have.upTo < have.last ? now : Long.MIN_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** What is to be asked for now, each once until it is answered, refused, or the answer is late. */
    List<Page> due(long now) {
        lock.lock();
        try {
            List<Page> pages = new ArrayList<>();
            talks.forEach((talk, have) -> {
                if (have.due == Long.MIN_VALUE) {
                    return;
                }
                if (have.upTo >= have.last) {
                    have.due = Long.MIN_VALUE;
                } else if (have.due <= now) {
                    have.due = now + ANSWER_NANOS;
                    pages.add(new Page(talk, have.upTo));
                }
            });
            return pages;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is missing of what is known to be. */
    boolean isComplete() {
        lock.lock();
        try {
            return talks.values().stream().allMatch(have -> have.upTo >= have.last);
        } finally {
            lock.unlock();
        }
    }

    /** A conversation with a message, chosen by a number; a page with 0 when there is none. */
    Page some(int choice) {
        lock.lock();
        try {
            List<Integer> all = new ArrayList<>(talks.keySet());
            if (all.isEmpty()) {
                return new Page(0, 0);
            }
            int talk = all.get(Math.floorMod(choice, all.size()));
            return new Page(talk, of(talk).upTo);
        } finally {
            lock.unlock();
        }
    }
}
