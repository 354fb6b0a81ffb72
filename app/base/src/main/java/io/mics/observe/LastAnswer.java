package io.mics.observe;

import io.mics.concurrent.CriticalThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What something that answers slowly, or not at all, has answered last: why it cannot be used, or nothing. Whoever asks
 * waits a moment at most, so that a probe of readiness is answered in time; the question itself goes on meanwhile, once
 * at a time, at most once a second. Safe on any thread.
 */
public final class LastAnswer implements Supplier<Optional<String>> {
    private static final Log LOG = Log.of(LastAnswer.class);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final String thread;
    private final Duration moment;
    private final Supplier<Optional<String>> question;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private Optional<String> last = Optional.empty();
    private boolean asking;
    private boolean asked;
    private long changedNanos;

    /**
     * Answers to {@code question}, which runs on a virtual thread of this name.
     *
     * @param moment what whoever asks waits at most; then it does not answer
     */
    public LastAnswer(String thread, Duration moment, Supplier<Optional<String>> question) {
        this.thread = thread;
        this.moment = moment;
        this.question = question;
    }

    @Override
    public Optional<String> get() {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (!asking && (!asked || now - changedNanos >= FRESH.toNanos())) {
                asking = true;
                asked = true;
                changedNanos = now;
                Thread unused = CriticalThreads.start(thread, this::ask);
            }
            long left = changedNanos + moment.toNanos() - now;
            while (asking && left > 0) {
                left = answered.awaitNanos(left);
            }
            return asking && last.isEmpty() ? Optional.of("does not answer") : last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return last;
        } finally {
            lock.unlock();
        }
    }

    private void ask() {
        Optional<String> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            LOG.error("question_failed", e, "question", thread);
            answer = Optional.of("" + e);
        }
        lock.lock();
        try {
            last = answer;
            asking = false;
            changedNanos = System.nanoTime();
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
