package io.mics.store;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Messages that wait for being stored: bounded in number and bytes, of which one tenant has at most half while others
 * are there; taken from the tenants in turns, of one tenant in order. Whoever finds no room waits in a line of its
 * tenant, so that order holds there, too. Safe on any thread.
 */
final class AppendQueue {
    /** Bytes that a message takes beside its body. */
    private static final int OVERHEAD = 512;

    private final int mostMessages;
    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<String, Tenant> tenants = new HashMap<>();
    /** Those that have something to take, in their turns. */
    private final Deque<Tenant> turns = new ArrayDeque<>();

    private int messages;
    private long bytes;
    private boolean closed;

    /** A message, whoever waits for its outcome, and until when. */
    static final class Append {
        final NewMessage message;
        final Consumer<Outcome> done;
        final long beganNanos;
        final long deadlineNanos;
        final long bytes;
        /** Counted down when it has room, or is refused. */
        final CountDownLatch admitted = new CountDownLatch(1);
        /** Whether the queue was closed while it waited; written before it is admitted. */
        boolean closedOut;
        /** Whether an attempt to store it may have succeeded; the committer's alone. */
        boolean undecided;

        Append(NewMessage message, Consumer<Outcome> done, long nowNanos, long timeoutNanos) {
            this.message = message;
            this.done = done;
            this.beganNanos = nowNanos;
            this.deadlineNanos = nowNanos + timeoutNanos;
            this.bytes = (long) OVERHEAD + message.body().size();
        }
    }

    private static final class Tenant {
        final String id;
        final Deque<Append> queued = new ArrayDeque<>();
        final Deque<Append> waiting = new ArrayDeque<>();
        /** Of what is queued or being stored. */
        int messages;

        long bytes;

        Tenant(String id) {
            this.id = id;
        }
    }

    AppendQueue(int mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /** Adds a message as soon as there is room; false when there was none by its deadline, or the queue is closed. */
    boolean add(Append append) throws InterruptedException {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            Tenant tenant = tenants.computeIfAbsent(append.message.tenant(), Tenant::new);
            if (tenant.waiting.isEmpty() && fits(tenant, append)) {
                queue(tenant, append);
                return true;
            }
            tenant.waiting.add(append);
        } finally {
            lock.unlock();
        }
        try {
            if (append.admitted.await(append.deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return !append.closedOut;
            }
        } catch (InterruptedException e) {
            if (withdraw(append)) {
                throw e;
            }
            Thread.currentThread().interrupt();
            return !append.closedOut;
        }
        return !withdraw(append) && !append.closedOut;
    }

    /** Takes back a message that waits for room; false when it has got it, or is closed out. */
    private boolean withdraw(Append append) {
        lock.lock();
        try {
            Tenant tenant = tenants.get(append.message.tenant());
            if (tenant == null || !tenant.waiting.remove(append)) {
                return false;
            }
            forget(tenant);
            admit(); // what waited behind it may be smaller
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whatever a tenant has alone goes in, so that a message larger than all bounds has its time, too. */
    private boolean fits(Tenant tenant, Append append) {
        boolean all = messages == 0 || (messages < mostMessages && bytes + append.bytes <= mostBytes);
        boolean own = tenant.messages == 0
                || (tenant.messages < Math.max(1, mostMessages / 2) && tenant.bytes + append.bytes <= mostBytes / 2);
        return all && own;
    }

    private void queue(Tenant tenant, Append append) {
        if (tenant.queued.isEmpty()) {
            turns.add(tenant);
        }
        tenant.queued.add(append);
        tenant.messages++;
        tenant.bytes += append.bytes;
        messages++;
        bytes += append.bytes;
        filled.signal();
    }

    /**
     * Waits for messages and takes those of a batch, in turns; they hold their room until they are {@linkplain
     * #release released}. Empty once the queue is closed and nothing is left.
     */
    List<Append> take(int most, long mostBytesTaken) throws InterruptedException {
        lock.lock();
        try {
            while (turns.isEmpty()) {
                if (closed) {
                    return List.of();
                }
                filled.await();
            }
            List<Append> batch = new ArrayList<>();
            long taken = 0;
            while (batch.size() < most && !turns.isEmpty()) {
                Tenant tenant = turns.remove();
                Append next = tenant.queued.element();
                if (!batch.isEmpty() && taken + next.bytes > mostBytesTaken) {
                    turns.addFirst(tenant);
                    break;
                }
                tenant.queued.remove();
                batch.add(next);
                taken += next.bytes;
                if (!tenant.queued.isEmpty()) {
                    turns.add(tenant);
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Takes every queued message whose deadline is over. */
    List<Append> takeExpired() {
        lock.lock();
        try {
            long now = System.nanoTime();
            List<Append> expired = new ArrayList<>();
            for (Iterator<Tenant> each = turns.iterator(); each.hasNext(); ) {
                Tenant tenant = each.next();
                tenant.queued.removeIf(append -> now - append.deadlineNanos >= 0 && expired.add(append));
                if (tenant.queued.isEmpty()) {
                    each.remove();
                }
            }
            return expired;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the room of messages that were taken, to those that wait, tenants in turns. */
    void release(List<Append> taken) {
        lock.lock();
        try {
            for (Append append : taken) {
                Tenant tenant = tenants.get(append.message.tenant());
                if (tenant != null) {
                    tenant.messages--;
                    tenant.bytes -= append.bytes;
                    forget(tenant);
                }
                messages--;
                bytes -= append.bytes;
            }
            admit();
        } finally {
            lock.unlock();
        }
    }

    private void admit() {
        boolean some = true;
        while (some) {
            some = false;
            for (Tenant tenant : tenants.values()) {
                Append first = tenant.waiting.peek();
                if (first != null && fits(tenant, first)) {
                    tenant.waiting.remove();
                    queue(tenant, first);
                    first.admitted.countDown();
                    some = true;
                }
            }
        }
    }

    private void forget(Tenant tenant) {
        if (tenant.messages == 0 && tenant.waiting.isEmpty()) {
            tenants.remove(tenant.id);
        }
    }

    /** Nothing more is added; what is queued can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (Tenant tenant : List.copyOf(tenants.values())) {
                for (Append append : tenant.waiting) {
                    append.closedOut = true;
                    append.admitted.countDown();
                }
                tenant.waiting.clear();
                forget(tenant);
            }
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
