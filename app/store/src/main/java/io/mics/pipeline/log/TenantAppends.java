package io.mics.pipeline.log;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.observe.Log;
import io.mics.pipeline.log.BatchAppender.Fate;
import io.mics.timer.TimerTask;
import io.mics.timer.TimingWheel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's messages on their way into a log: one batch is appended at a time, retries included, before the next, so
 * that messages of a conversation keep their order. The wheel answers what has waited for too long, whatever the thread
 * is waiting for.
 */
final class TenantAppends {
    private static final Log LOG = Log.of(TenantAppends.class);
    private static final int MOST = 16_384;
    private static final int ENTRY_BYTES = 768;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long EXPIRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String tenant;
    private final BatchAppender appender;
    private final SharedByteBudget room;
    private final TimingWheel wheel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private List<Entry> flight = List.of();
    private @Nullable Thread thread;
    private boolean timed;
    private boolean closed;
    private long loggedNanos = System.nanoTime() - LOG_NANOS;

    /** One message. What changes is guarded by the queue's lock. */
    static final class Entry {
        private final NewMessage message;
        private final Consumer<Outcome> done;
        private final long refusedAt;
        private final long unknownAt;
        private boolean undecided;
        private boolean answered;

        /** A message that is refused at one time, or when the log may have it, unknown at another. */
        Entry(NewMessage message, Consumer<Outcome> done, long refusedAt, long unknownAt) {
            this.message = message;
            this.done = done;
            this.refusedAt = refusedAt;
            this.unknownAt = unknownAt;
        }

        private int bytes() {
            return message.body().size() + ENTRY_BYTES;
        }

        private boolean isLate(long now) {
            return now - (undecided ? unknownAt : refusedAt) >= 0;
        }

        private Outcome lateOutcome() {
            return undecided ? new Outcome.Unknown() : new Outcome.Unavailable();
        }
    }

    /** A message and what became of it, to be said without a lock. */
    private record Answer(Entry entry, Outcome outcome) {}

    TenantAppends(String tenant, BatchAppender appender, SharedByteBudget room, TimingWheel wheel) {
        this.tenant = tenant;
        this.appender = appender;
        this.room = room;
        this.wheel = wheel;
    }

    /** Takes a message; waits for room until it is refused. False: there was none, or the queue is closed. */
    boolean add(Entry entry) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && (waiting.size() >= MOST || !room.tryTake(tenant, entry.bytes()))) {
                // room may also come from another tenant, which does not say so here
                long left = Math.min(entry.refusedAt - System.nanoTime(), LOOK_NANOS);
                if (left <= 0) {
                    return false;
                }
                var unused = changed.awaitNanos(left);
            }
            if (closed) {
                return false;
            }
            waiting.add(entry);
            if (thread == null) {
                thread = CriticalThreads.start("append-" + tenant, this::work);
            }
            if (!timed) {
                timed = true;
                var unused = wheel.schedule(this::expire, EXPIRY_NANOS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size() + flight.size();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        int failures = 0;
        try {
            while (isWanted()) {
                Optional<String> problem = appender.awaitReady(tenant);
                boolean appended = problem.isEmpty() && append(take());
                problem.ifPresent(this::log);
                failures = appended ? 0 : failures + 1;
                if (!appended) {
                    Thread.sleep(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 10)));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("tenant_appends_ended", "tenant", tenant);
        }
    }

    /** Whether there is something to append; otherwise the thread ends. */
    private boolean isWanted() {
        lock.lock();
        try {
            boolean wanted = !closed && !waiting.isEmpty();
            if (!wanted) {
                thread = null;
                changed.signalAll();
            }
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> take() {
        lock.lock();
        try {
            List<Entry> batch = new ArrayList<>();
            long bytes = 0;
            while (!closed && !waiting.isEmpty() && batch.size() < BatchAppender.MOST_MESSAGES) {
                bytes += waiting.element().message.body().size();
                if (bytes > BatchAppender.MOST_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(waiting.remove());
            }
            flight = batch;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Appends a batch; says whether nothing of it is to be tried again. */
    private boolean append(List<Entry> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return true;
        }
        List<Fate> fates;
        try {
            fates = appender.append(
                    tenant, batch.stream().map(entry -> entry.message).toList());
        } catch (RuntimeException e) {
            LOG.error("append_failed", e, "tenant", tenant, "count", batch.size());
            fates = Collections.nCopies(batch.size(), new Fate.Undecided("" + e));
        }
        List<Answer> answers = new ArrayList<>();
        boolean settled = settle(batch, fates, answers);
        answers.forEach(this::say);
        return settled;
    }

    /** Puts back what is to be tried again, in front and in order, and collects what is not. */
    private boolean settle(List<Entry> batch, List<Fate> fates, List<Answer> answers) {
        Set<String> overtaken = new HashSet<>();
        long now = System.nanoTime();
        boolean settled = true;
        lock.lock();
        try {
            flight = List.of();
            for (int i = batch.size() - 1; i >= 0; i--) {
                Entry entry = batch.get(i);
                Fate fate = fates.get(i);
                entry.undecided |= fate instanceof Fate.Undecided;
                String conversation = entry.message.conversation().id();
                Outcome outcome = outcome(entry, fate, overtaken.contains(conversation) || closed || entry.isLate(now));
                if (fate instanceof Fate.Done) {
                    overtaken.add(conversation);
                }
                if (entry.answered || outcome != null) {
                    room.release(tenant, entry.bytes());
                    if (!entry.answered && outcome != null) {
                        entry.answered = true;
                        answers.add(new Answer(entry, outcome));
                    }
                } else {
                    waiting.addFirst(entry);
                    settled = false;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Collections.reverse(answers);
        return settled;
    }

    /**
     * What became of a message; null while it is to be tried again. One that a later message of its conversation has
     * overtaken is not: it would change their order.
     */
    private @Nullable Outcome outcome(Entry entry, Fate fate, boolean last) {
        return switch (fate) {
            case Fate.Done done -> done.outcome();
            case Fate.TooLarge large -> {
                log(large.cause());
                yield entry.undecided ? new Outcome.Unknown() : new Outcome.Refused(Outcome.Refused.Reason.TOO_LARGE);
            }
            case Fate.NotAppended not -> {
                log(not.cause());
                yield last ? entry.lateOutcome() : null;
            }
            case Fate.Undecided undecided -> {
                log(undecided.cause());
                yield last ? entry.lateOutcome() : null;
            }
        };
    }

    /** Answers what has waited for too long; runs on the wheel. */
    private long expire(long now) {
        List<Answer> late = new ArrayList<>();
        boolean more;
        lock.lock();
        try {
            Iterator<Entry> entries = waiting.iterator();
            boolean further = true;
            while (further && entries.hasNext()) {
                Entry entry = entries.next();
                if (entry.isLate(now)) {
                    entries.remove();
                    room.release(tenant, entry.bytes());
                    entry.answered = true;
                    late.add(new Answer(entry, entry.lateOutcome()));
                } else {
                    // those behind came later, but what was tried already waits longer
                    further = entry.undecided;
                }
            }
            for (Entry entry : flight) {
                if (!entry.answered && now - entry.unknownAt >= 0) {
                    entry.answered = true;
                    late.add(new Answer(entry, new Outcome.Unknown()));
                }
            }
            if (!late.isEmpty()) {
                changed.signalAll();
            }
            more = !closed && (!waiting.isEmpty() || !flight.isEmpty());
            timed = more;
        } finally {
            lock.unlock();
        }
        late.forEach(this::say);
        return more ? EXPIRY_NANOS : TimerTask.NEVER;
    }

    private void say(Answer answer) {
        try {
            answer.entry().done.accept(answer.outcome());
        } catch (RuntimeException e) {
            LOG.error(
                    "append_outcome_failed",
                    e,
                    "tenant",
                    tenant,
                    "traceId",
                    answer.entry().message.traceId());
        }
    }

    private void log(String cause) {
        long now = System.nanoTime();
        if (now - loggedNanos >= LOG_NANOS) {
            loggedNanos = now;
            LOG.warn("log_append_failed", "tenant", tenant, "cause", cause);
        }
    }

    /** Waits until every message has its outcome, for {@code nanos} at most. */
    void awaitEmpty(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (waiting.size() + flight.size() > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and answers what has no outcome: what was handed over is unknown, the rest is refused. */
    void close() {
        List<Answer> left = new ArrayList<>();
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = thread;
            for (Entry entry : flight) {
                if (!entry.answered) {
                    entry.answered = true;
                    left.add(new Answer(entry, new Outcome.Unknown()));
                }
            }
            for (Entry entry : waiting) {
                room.release(tenant, entry.bytes());
                left.add(new Answer(entry, entry.lateOutcome()));
            }
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.interrupt();
        }
        left.forEach(this::say);
    }
}
