package io.mics.message;

import java.util.concurrent.atomic.AtomicLong;

/** Ids for messages whose sender gave none: unique on this node for all its starts. */
public final class MessageIds {
    private final String prefix;
    private final AtomicLong next = new AtomicLong();

    /** Ids of one node; {@code epochMs} is when it started. */
    public MessageIds(String node, long epochMs) {
        this.prefix = node + "-" + Long.toString(epochMs, Character.MAX_RADIX) + "-";
    }

    String next() {
        return prefix + next.incrementAndGet();
    }
}
