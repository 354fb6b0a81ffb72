package io.mics.admin.chat;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The last messages of a chat, sent and received, and which of them wait for an answer. Safe on any thread. */
final class ChatMessages {
    private static final int MOST = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final String prefix = "terminal-" + Long.toHexString(System.currentTimeMillis()) + "-";
    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private final Map<String, Sent> unanswered = new LinkedHashMap<>();
    /** What became of these has not been said yet. */
    private final Set<String> pending = new HashSet<>();

    private final Map<String, String> received = new LinkedHashMap<>();
    private int count;

    /**
     * One that was written here.
     *
     * @param number how it is called here, from 1
     * @param id     how the gateway calls it
     */
    record Sent(int number, String id, ChatTarget target, String text) {}

    /** Takes a line that is to be sent, and waits for its answer from now on. */
    Sent add(ChatTarget target, String text) {
        lock.lock();
        try {
            count++;
            Sent made = new Sent(count, prefix + count, target, text);
            put(sent, made.id(), made);
            unanswered.put(made.id(), made);
            pending.add(made.id());
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Takes one of somebody else's. */
    void received(String id, String text) {
        lock.lock();
        try {
            put(received, id, text);
        } finally {
            lock.unlock();
        }
    }

    private static <T> void put(Map<String, T> all, String id, T one) {
        all.put(id, one);
        if (all.size() > MOST) {
            Iterator<String> oldest = all.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** An own message by its number; the last one for 0. */
    Optional<Sent> sent(int number) {
        lock.lock();
        try {
            return Optional.ofNullable(sent.get(prefix + (number == 0 ? count : number)));
        } finally {
            lock.unlock();
        }
    }

    /** An own message by its id. */
    Optional<Sent> sent(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(sent.get(id));
        } finally {
            lock.unlock();
        }
    }

    /** The text of a received message. */
    Optional<String> textOf(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(received.get(id));
        } finally {
            lock.unlock();
        }
    }

    /** Those without an answer, in the order in which they were written. */
    List<Sent> unanswered() {
        lock.lock();
        try {
            return List.copyOf(unanswered.values());
        } finally {
            lock.unlock();
        }
    }

    /** The gateway answered; false when it had before, or it is not one of these. */
    boolean answered(String id) {
        lock.lock();
        try {
            return unanswered.remove(id) != null;
        } finally {
            lock.unlock();
        }
    }

    /** How the wish to take a message back is called while it has no answer. */
    static String recallOf(String id) {
        return "recall " + id;
    }

    /** It is to be taken back, and that waits for its answer from now on. */
    void recalls(Sent message) {
        lock.lock();
        try {
            pending.add(recallOf(message.id()));
        } finally {
            lock.unlock();
        }
    }

    /** What became of a message, or of a {@link #recallOf recall}, was said. */
    void done(String id) {
        lock.lock();
        try {
            pending.remove(id);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until of every message was said what became of it; says whether it was. */
    boolean awaitAnswers(long milliseconds) throws InterruptedException {
        return await(pending::isEmpty, milliseconds);
    }

    /** The same of one message. */
    boolean awaitAnswer(Sent message, long milliseconds) throws InterruptedException {
        return await(() -> !pending.contains(message.id()), milliseconds);
    }

    private boolean await(BooleanSupplier said, long milliseconds) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(milliseconds);
        lock.lock();
        try {
            while (!said.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return said.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
