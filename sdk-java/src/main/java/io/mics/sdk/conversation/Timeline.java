package io.mics.sdk.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The order of one conversation at this device: what comes next, what waits for what is missing. On one thread. */
final class Timeline {
    /** Messages that wait; further ones are fetched when what is missing has been. */
    static final int MAX_WAITING = 64;

    private final TreeMap<Long, Message> waiting = new TreeMap<>();
    private long shown;
    private long latest;

    /** A conversation of which everything up to {@code shown} is here or gone. */
    Timeline(long shown) {
        this.shown = shown;
        this.latest = shown;
    }

    /** Everything up to here has been shown, or is gone. */
    long shown() {
        return shown;
    }

    /** Whether there are messages that have neither been shown nor are known to be gone. */
    boolean lacks() {
        return latest > shown;
    }

    /** Nothing waits here, and nothing is missing. */
    boolean idle() {
        return waiting.isEmpty() && !lacks();
    }

    /** There are messages up to this one. */
    void extendTo(long seq) {
        latest = Math.max(latest, seq);
    }

    /** What is not here by now is not coming: the gateway has answered, and has no more. */
    void giveUp() {
        latest = shown;
        waiting.clear();
    }

    /** What can be shown after this message came by itself, in order. */
    List<Message> arrived(Message message) {
        long seq = message.seq();
        extendTo(seq);
        if (seq > shown && (waiting.size() < MAX_WAITING || seq == shown + 1)) {
            waiting.put(seq, message);
        }
        return ready(new ArrayList<>());
    }

    /**
     * What can be shown after the gateway answered what follows a number that is not beyond {@link #shown}, in order.
     * Numbers that are not in it are gone.
     */
    List<Message> page(List<Message> messages, long firstSeq, long lastSeq, boolean hasMore) {
        List<Message> next = new ArrayList<>();
        shown = Math.max(shown, firstSeq - 1);
        for (Message message : messages) {
            if (message.seq() > shown) {
                next.add(message);
                shown = message.seq();
            }
        }
        if (!hasMore) {
            shown = Math.max(shown, lastSeq);
        }
        extendTo(lastSeq);
        waiting.headMap(shown, true).clear();
        return ready(next);
    }

    /** Changes a message that waits; false when it does not. */
    boolean change(long seq, UnaryOperator<Message> change) {
        return waiting.computeIfPresent(seq, (number, message) -> change.apply(message)) != null;
    }

    private List<Message> ready(List<Message> next) {
        for (Message message = waiting.remove(shown + 1); message != null; message = waiting.remove(shown + 1)) {
            next.add(message);
            shown++;
        }
        return next;
    }
}
