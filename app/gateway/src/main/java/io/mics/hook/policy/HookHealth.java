package io.mics.hook.policy;

import io.mics.concurrent.CircuitBreaker;
import io.mics.hook.point.HookResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one tenant's last calls of one hook came to, and what that says of the hook: it is degraded when the last call
 * failed, or when more than a tenth of the last 20 failed within the last minute. Safe on any thread.
 */
public final class HookHealth {
    private static final int REMEMBERED = 20;
    private static final Duration RECENT = Duration.ofMinutes(1);
    private static final int ONE_IN = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Outcome> last = new ArrayDeque<>(REMEMBERED);
    private final Supplier<CircuitBreaker.State> breaker;
    private final InstantSource clock;
    private volatile String suspended = "";
    /** Failures among the newest {@link #counted} of {@link #last}. */
    private int failures;

    private int counted;
    private boolean tripped;
    private String cause = "";
    private @Nullable Instant lastSuccess;
    private @Nullable Instant lastFailure;
    private HookState observed = HookState.PROBING;
    private Instant since;

    /**
     * One call's end.
     *
     * @param at        when
     * @param result    {@code ok}, or the kind of failure
     * @param tookNanos zero for a call that was not made
     * @param cause     why it failed, in plain words; empty otherwise
     */
    public record Outcome(Instant at, String result, long tookNanos, String cause) {}

    /** That of a hook whose breaker stands where {@code breaker} says. */
    HookHealth(Supplier<CircuitBreaker.State> breaker) {
        this(breaker, InstantSource.system());
    }

    HookHealth(Supplier<CircuitBreaker.State> breaker, InstantSource clock) {
        this.breaker = breaker;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** Takes note of a call that was made. */
    void called(HookResponse<?> response, long tookNanos) {
        switch (response) {
            case HookResponse.Answered<?> answered -> note(new Outcome(clock.instant(), "ok", tookNanos, ""));
            case HookResponse.Failed<?> failed ->
                note(new Outcome(clock.instant(), failed.kind().label(), tookNanos, failed.cause()));
        }
    }

    /** Takes note of a call that was refused before it was made. */
    void refused(HookResponse.Failed<?> failed) {
        note(new Outcome(clock.instant(), failed.kind().label(), 0, failed.cause()));
    }

    private void note(Outcome outcome) {
        lock.lock();
        try {
            recover();
            if (last.size() == REMEMBERED) {
                drop(last.removeFirst());
            }
            last.addLast(outcome);
            counted++;
            if (isFailure(outcome)) {
                failures++;
                lastFailure = outcome.at();
            } else {
                lastSuccess = outcome.at();
            }
            if (isFailure(outcome) && !HookResponse.Kind.CIRCUIT_OPEN.label().equals(outcome.result())) {
                cause = outcome.cause();
            }
            observe(outcome.at());
        } finally {
            lock.unlock();
        }
    }

    /** Outcomes from before the last recovery are shown, and no longer counted. */
    private void drop(Outcome oldest) {
        if (counted > last.size()) {
            counted--;
            failures -= isFailure(oldest) ? 1 : 0;
        }
    }

    /** A breaker that closed again has seen for itself that what failed before it opened is over. */
    private void recover() {
        CircuitBreaker.State now = breaker.get();
        if (tripped && now == CircuitBreaker.State.CLOSED) {
            failures = 0;
            counted = 0;
            cause = "";
        }
        tripped = now != CircuitBreaker.State.CLOSED;
    }

    private static boolean isFailure(Outcome outcome) {
        return !outcome.cause().isEmpty();
    }

    /** Records a change of the state. A breaker that becomes half-open does not report it: the next reading does. */
    private HookState observe(Instant at) {
        recover();
        HookState now = current(at);
        if (now == HookState.HEALTHY) {
            cause = "";
        }
        if (now != observed) {
            observed = now;
            since = at;
        }
        return now;
    }

    /** Takes the hook out of service for this tenant until its definition changes; {@code why} in plain words. */
    void suspend(String why) {
        suspended = why;
    }

    /** Takes it back into service. */
    public void resume() {
        suspend("");
    }

    /** Whether it was taken out of service. */
    public boolean isSuspended() {
        return !suspended.isEmpty();
    }

    /** How the hook is. */
    public HookState state() {
        lock.lock();
        try {
            return observe(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Since when it is as it is, as seen at its calls and whenever somebody looked. */
    public Instant since() {
        lock.lock();
        try {
            observe(clock.instant());
            return since;
        } finally {
            lock.unlock();
        }
    }

    /** When a call last succeeded. */
    public Optional<Instant> lastSuccess() {
        lock.lock();
        try {
            return Optional.ofNullable(lastSuccess);
        } finally {
            lock.unlock();
        }
    }

    /** When one last failed, or was refused before it was made. */
    public Optional<Instant> lastFailure() {
        lock.lock();
        try {
            return Optional.ofNullable(lastFailure);
        } finally {
            lock.unlock();
        }
    }

    private HookState current(Instant at) {
        if (!suspended.isEmpty()) {
            return HookState.SUSPENDED;
        }
        return switch (breaker.get()) {
            case OPEN -> HookState.OPEN;
            case HALF_OPEN -> HookState.PROBING;
            case CLOSED -> closed(at);
        };
    }

    private HookState closed(Instant at) {
        if (last.isEmpty()) {
            return HookState.PROBING;
        }
        boolean failing = failures > 0 && (isFailure(last.getLast()) || recentFailures(at) * ONE_IN > counted);
        return failing ? HookState.DEGRADED : HookState.HEALTHY;
    }

    /** Failures among the counted outcomes that are not too old to say something of the hook as it is. */
    private int recentFailures(Instant at) {
        Instant oldest = at.minus(RECENT);
        int recent = 0;
        int left = counted;
        for (Iterator<Outcome> newest = last.descendingIterator(); left > 0; left--) {
            Outcome outcome = newest.next();
            recent += isFailure(outcome) && outcome.at().isAfter(oldest) ? 1 : 0;
        }
        return recent;
    }

    /** How far from closed its breaker is: 0 closed, 1 half-open, 2 open, or taken out of service altogether. */
    public long circuit() {
        return switch (breaker.get()) {
            case CLOSED -> isSuspended() ? 2 : 0;
            case HALF_OPEN -> isSuspended() ? 2 : 1;
            case OPEN -> 2;
        };
    }

    /** Why it is not healthy, in plain words: the last failure, or why it was taken out of service; else empty. */
    public String cause() {
        lock.lock();
        try {
            observe(clock.instant());
            return suspended.isEmpty() ? cause : suspended;
        } finally {
            lock.unlock();
        }
    }

    /** The last outcomes, oldest first. */
    public List<Outcome> outcomes() {
        lock.lock();
        try {
            return List.copyOf(last);
        } finally {
            lock.unlock();
        }
    }
}
