package io.mics.sdk.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was read of one partition and not handled yet, in order; only its head is ever offered. */
final class Backlog {
    private final Deque<RawEvent> records = new ArrayDeque<>();
    private final Duration firstPause;
    private final Duration longestPause;
    private int failuresOfHead;
    private long notBeforeNanos = System.nanoTime();

    Backlog(Duration firstPause, Duration longestPause) {
        this.firstPause = firstPause;
        this.longestPause = longestPause;
    }

    void add(RawEvent record) {
        records.add(record);
    }

    RawEvent head() {
        return records.getFirst();
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** How long until the head may be offered, in nanoseconds; 0 or less when it may now. */
    long waitNanos() {
        return notBeforeNanos - System.nanoTime();
    }

    void headDone() {
        records.removeFirst();
        failuresOfHead = 0;
        notBeforeNanos = System.nanoTime();
    }

    /** The head waits twice as long as the last time, up to the longest pause. */
    void headFailed() {
        Duration pause = firstPause.multipliedBy(1L << Math.min(failuresOfHead, 20));
        failuresOfHead++;
        notBeforeNanos = System.nanoTime() + (pause.compareTo(longestPause) < 0 ? pause : longestPause).toNanos();
    }
}
