package io.mics.store;

import io.mics.concurrent.CriticalThreads;
import io.mics.conversation.ConversationLog;
import io.mics.conversation.NewMessage;
import io.mics.observe.Log;
import io.mics.protocol.StoredMessage;
import io.mics.store.AppendQueue.Append;
import io.mics.store.MessageWriter.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The log of an installation whose database is its log: whoever appends waits in a bounded queue until one thread has
 * stored the batch that its message is in, one transaction for what is there, without waiting for more. A batch that
 * fails is stored again until the append time-outs of its tenants: nothing overtakes it, so that conversations keep
 * their order. A message that may be stored is tried for longer, up to {@link #UNDECIDED}, because a failure must not
 * be reported of it.
 */
public final class GroupCommitLog implements ConversationLog, AutoCloseable {
    /** How long it may take to know whether a message is stored. */
    public static final Duration UNDECIDED = Duration.ofSeconds(30);

    private static final Log LOG = Log.of(GroupCommitLog.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MessageWriter writer;
    private final StoredMessages stored;
    private final Function<String, Duration> appendTimeout;
    private final AppendQueue queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed;
    private final Thread committer;

    /**
     * Starts it.
     *
     * @param stored        gets what was stored, on the committer's thread
     * @param appendTimeout how long an append of a tenant may take
     */
    public static GroupCommitLog start(
            StoreSettings settings,
            MessageWriter writer,
            StoredMessages stored,
            Function<String, Duration> appendTimeout) {
        GroupCommitLog log = new GroupCommitLog(settings, writer, stored, appendTimeout);
        log.committer.start();
        return log;
    }

    private GroupCommitLog(
            StoreSettings settings,
            MessageWriter writer,
            StoredMessages stored,
            Function<String, Duration> appendTimeout) {
        this.writer = writer;
        this.stored = stored;
        this.appendTimeout = appendTimeout;
        this.queue = new AppendQueue(settings.queueMessages(), settings.queueBytes());
        this.committer = CriticalThreads.unstarted("group-commit", this::commit);
    }

    @Override
    public void append(NewMessage message, Consumer<Outcome> done) throws InterruptedException {
        long timeout = appendTimeout.apply(message.tenant()).toNanos();
        if (!queue.add(new Append(message, done, System.nanoTime(), timeout))) {
            done.accept(new Outcome.Unavailable());
        }
    }

    @Override
    public String describe(String tenant) {
        return "the database";
    }

    private void commit() {
        try {
            boolean isLeft = true;
            while (isLeft) {
                List<Append> batch = queue.take(MessageWriter.MOST_MESSAGES, MessageWriter.MOST_BYTES);
                isLeft = !batch.isEmpty() && (store(batch) || !isClosed());
            }
            refuseQueued();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody may interrupt it", e);
        }
    }

    /** What is queued when the log is closed and the database does not take it: it would not take the rest either. */
    private void refuseQueued() throws InterruptedException {
        List<Append> rest = queue.take(Integer.MAX_VALUE, Long.MAX_VALUE);
        queue.release(rest);
        rest.forEach(append -> finish(append, new Outcome.Unavailable()));
    }

    /**
     * Stores a batch, again and again, until there is an outcome for each of its messages.
     *
     * @return whether the database took some of it in the end
     */
    private boolean store(List<Append> batch) throws InterruptedException {
        List<Append> open = batch;
        long pause = FIRST_PAUSE_NANOS;
        while (!open.isEmpty()) {
            switch (writer.write(open.stream().map(append -> append.message).toList())) {
                case Result.Committed committed -> {
                    queue.release(open);
                    report(open, committed.written());
                    return true;
                }
                case Result.NotCommitted not -> LOG.warn("batch_not_stored", "cause", not.cause(), "size", open.size());
                case Result.Unknown unknown -> {
                    LOG.warn("batch_unknown", "cause", unknown.cause(), "size", open.size());
                    open.forEach(append -> append.undecided = true);
                }
            }
            open = giveUp(open);
            List<Append> late = queue.takeExpired();
            queue.release(late);
            late.forEach(append -> finish(append, new Outcome.Unavailable()));
            if (!open.isEmpty()) {
                pause(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
        return false;
    }

    /** Those that are tried once more; the others have an outcome now. */
    private List<Append> giveUp(List<Append> open) {
        long now = System.nanoTime();
        boolean last = isClosed();
        List<Append> again = new ArrayList<>();
        List<Append> given = new ArrayList<>();
        for (Append append : open) {
            boolean over =
                    append.undecided ? now - append.beganNanos >= UNDECIDED.toNanos() : now - append.deadlineNanos >= 0;
            if (last || over) {
                given.add(append);
            } else {
                again.add(append);
            }
        }
        queue.release(given);
        given.forEach(append -> finish(append, append.undecided ? new Outcome.Unknown() : new Outcome.Unavailable()));
        return again;
    }

    private void report(List<Append> batch, List<Written> written) throws InterruptedException {
        List<Boolean> duplicates = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Append append = batch.get(i);
            boolean duplicate = false;
            switch (written.get(i)) {
                case Written.Stored of -> {
                    duplicate = of.duplicate() && !isOfAnEarlierAttempt(append, of.message());
                    finish(
                            append,
                            new Outcome.Stored(of.message().seq(), of.message().messageId(), duplicate));
                }
                case Written.Refused refused -> {
                    LOG.warn("message_refused", "tenant", append.message.tenant(), "cause", refused.cause());
                    finish(append, new Outcome.Refused(Outcome.Refused.Reason.NOT_STORABLE));
                }
            }
            duplicates.add(duplicate);
        }
        for (int i = 0; i < batch.size(); i++) {
            if (written.get(i) instanceof Written.Stored of) {
                hand(batch.get(i).message, of.message(), duplicates.get(i), batch.size());
            }
        }
    }

    /** Whether it was this very append that stored it: then no outcome was reported, and nothing handed over. */
    private static boolean isOfAnEarlierAttempt(Append append, StoredMessage stored) {
        return append.undecided
                && stored.createdMs() == append.message.acceptedMs()
                && stored.body().equals(append.message.body());
    }

    private void hand(NewMessage message, StoredMessage of, boolean duplicate, int batch) throws InterruptedException {
        try {
            stored.stored(message, of, duplicate, batch);
        } catch (RuntimeException e) {
            LOG.error("stored_message_not_distributed", e, "tenant", message.tenant());
        }
    }

    private static void finish(Append append, Outcome outcome) {
        try {
            append.done.accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("append_outcome_not_reported", e, "tenant", append.message.tenant());
        }
    }

    private void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stores what is queued, if the database takes it at once; what it does not take, and all after that, has failed.
     */
    @Override
    public void close() {
        queue.close();
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                committer.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
