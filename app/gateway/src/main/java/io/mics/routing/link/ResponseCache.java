package io.mics.routing.link;

import io.mics.concurrent.SharedByteBudget;
import io.mics.proto.node.v1.NodeAnswer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The responses to the last calls of one start of a node, so that a repeated call is never done twice.
 * Remembers {@value #CALLS} ids; answers of more than {@value #ANSWER_BYTES} bytes together, or of more than those of
 * other nodes leave room for, lose the oldest. A repetition older than all remembered ones counts as done. Safe on any
 * thread.
 *
 * <p>A call is done at most once: a repeated id gets the first answer, also over a later link of the same start of the
 * node, and calls that came over an earlier link are dropped.
 */
final class ResponseCache {
    static final int CALLS = 4_096;
    static final long ANSWER_BYTES = 16 << 20;

    private final SharedByteBudget room;
    private final String node;
    private final Object lock = new Object();
    private final Map<Long, Entry> calls = new LinkedHashMap<>();
    private final ArrayDeque<Entry> answered = new ArrayDeque<>();
    private long answerBytes;
    private boolean closed;
    private long forgottenUpTo;

    /** What is to be done with a call. */
    sealed interface Seen {
        /** It came for the first time: do it. */
        record First() implements Seen {}

        /** It is being done; its answer follows. */
        record InFlight() implements Seen {}

        /** It was done. */
        record Done(NodeAnswer answer) implements Seen {}

        /** It came before, and what became of it is not known any more. */
        record Forgotten() implements Seen {}
    }

    private static final Seen FIRST = new Seen.First();
    private static final Seen IN_FLIGHT = new Seen.InFlight();
    private static final Seen FORGOTTEN = new Seen.Forgotten();

    private static final class Entry {
        private Optional<NodeAnswer> answer = Optional.empty();
        private boolean dropped;
    }

    /** Nothing yet; {@code room} is taken by {@code node} for its answers, with all other nodes. */
    ResponseCache(SharedByteBudget room, String node) {
        this.room = room;
        this.node = node;
    }

    /** Records that call {@code id} came; {@code again}: it may have come before. */
    Seen received(long id, boolean again) {
        synchronized (lock) {
            Entry entry = calls.get(id);
            if (entry == null) {
                if (again && id <= forgottenUpTo) {
                    return FORGOTTEN;
                }
                calls.put(id, new Entry());
                forgetEldest();
                return FIRST;
            }
            if (entry.dropped) {
                return FORGOTTEN;
            }
            return entry.answer.<Seen>map(Seen.Done::new).orElse(IN_FLIGHT);
        }
    }

    /** Remembers the response to call {@code id}. */
    void done(long id, NodeAnswer answer) {
        synchronized (lock) {
            Entry entry = calls.get(id);
            if (entry == null) {
                return;
            }
            int size = answer.getSerializedSize();
            while (answerBytes + size > ANSWER_BYTES && !answered.isEmpty()) {
                drop(answered.remove());
            }
            boolean fits = !closed && size <= ANSWER_BYTES && room.tryTake(node, size);
            while (!fits && !closed && !answered.isEmpty()) {
                drop(answered.remove());
                fits = room.tryTake(node, size);
            }
            if (fits) {
                entry.answer = Optional.of(answer);
                answered.add(entry);
                answerBytes += size;
            } else {
                entry.dropped = true;
            }
        }
    }

    /** Call {@code id} was not begun: it may come again. */
    void notBegun(long id) {
        synchronized (lock) {
            calls.remove(id);
        }
    }

    /** Remembers no answer any more. */
    void close() {
        synchronized (lock) {
            closed = true;
            answered.forEach(this::drop);
            answered.clear();
        }
    }

    private void forgetEldest() {
        if (calls.size() <= CALLS) {
            return;
        }
        var eldest = calls.entrySet().iterator();
        Map.Entry<Long, Entry> gone = eldest.next();
        eldest.remove();
        forgottenUpTo = Math.max(forgottenUpTo, gone.getKey());
        drop(gone.getValue());
        while (!answered.isEmpty() && answered.element().dropped) {
            answered.remove();
        }
    }

    private void drop(Entry entry) {
        int size = entry.answer.map(NodeAnswer::getSerializedSize).orElse(0);
        answerBytes -= size;
        room.release(node, size);
        entry.answer = Optional.empty();
        entry.dropped = true;
    }
}
