package io.mics.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Protects whoever is called from its callers, and them from it. A call is admitted by its rate, by the breaker as it
 * stands, by a permit, which may be waited for, and by the breaker once more, which counts it from then on. An admitted
 * call has its whole time from that moment, however long it waited; it holds its permit, and owes the breaker its
 * outcome, until it is closed. What is refused says nothing of the callee. Safe on any thread.
 */
public final class CallGuard {
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final ResizableSemaphore permits;
    private final TokenBucket rate;

    /**
     * What one call is made under.
     *
     * @param timeout    the whole call, from its admission
     * @param permitWait how long it may wait for a permit; zero does not wait
     * @param breaker    when calls stop being made, and for how long
     */
    public record Policy(Duration timeout, Duration permitWait, CircuitBreaker.Rules breaker) {}

    /** Whether a call may be made. */
    public sealed interface CallAdmission {}

    /** It may not, and nothing is held. */
    public enum Refused implements CallAdmission {
        /** More calls than the rate allows. */
        RATE_LIMITED,
        /** The breaker is open, or another call is in flight to see whether it may close. */
        CIRCUIT_OPEN,
        /** No permit came in time. */
        NO_PERMIT
    }

    /** It may; to be closed when the call has ended, by the thread that was admitted. */
    public final class Admitted implements CallAdmission, AutoCloseable {
        private final Policy policy;
        private final long ticket;
        private final Deadline deadline;
        private final long startNanos = System.nanoTime();
        private boolean settled;
        private boolean closed;

        private Admitted(Policy policy, long ticket) {
            this.policy = policy;
            this.ticket = ticket;
            this.deadline = Deadline.after(policy.timeout());
        }

        /** When the call must be over. */
        public Deadline deadline() {
            return deadline;
        }

        /** When it was admitted, a reading of {@link System#nanoTime()}. */
        public long startNanos() {
            return startNanos;
        }

        /** Nanoseconds since it was admitted. */
        public long tookNanos() {
            return System.nanoTime() - startNanos;
        }

        /**
         * Settles with the breaker how the call ended, once. A call that is closed unsettled, as an interrupted one is,
         * says nothing of the callee.
         *
         * @param tookNanos how long it took, as {@link #tookNanos} said when it ended
         * @return whether that opened the breaker
         * @throws IllegalStateException it was settled or closed before
         */
        public boolean settle(boolean success, long tookNanos) {
            if (settled || closed) {
                throw new IllegalStateException("a call is settled once");
            }
            settled = true;
            return breaker.leave(ticket, success, tookNanos, policy.breaker(), startNanos + tookNanos);
        }

        /** Gives the permit back, and the ticket if it was not settled; more than once is harmless. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (!settled) {
                breaker.abandon(ticket);
            }
            permits.release();
        }
    }

    /**
     * A guard with a closed breaker.
     *
     * @param limit     calls at one time; 0 is unlimited
     * @param fair      whether permits are handed out first come first served
     * @param perSecond calls per second, and so many at once; 0 is unlimited
     */
    public CallGuard(int limit, boolean fair, double perSecond) {
        this.permits = new ResizableSemaphore(limit, fair);
        this.rate = new TokenBucket(perSecond, System.nanoTime());
    }

    /** Changes how many calls there may be at one time; 0 is unlimited. Those in flight keep their permits. */
    public void resize(int limit) {
        permits.resize(limit);
    }

    /** Changes how many calls there may be per second; 0 is unlimited. */
    public void rate(double perSecond) {
        rate.rate(perSecond);
    }

    /** Whether the breaker would refuse a call now; takes nothing. */
    public boolean isOpen(Policy policy) {
        return breaker.refuses(policy.breaker(), System.nanoTime());
    }

    /**
     * Asks to make a call; blocks for {@link Policy#permitWait} at most.
     *
     * @throws InterruptedException while it waited for a permit; nothing is held then
     */
    public CallAdmission admit(Policy policy) throws InterruptedException {
        if (!rate.tryTake()) {
            return Refused.RATE_LIMITED;
        }
        if (isOpen(policy)) {
            return Refused.CIRCUIT_OPEN;
        }
        if (!acquire(policy.permitWait().toNanos())) {
            return Refused.NO_PERMIT;
        }
        long ticket = breaker.enter(policy.breaker(), System.nanoTime());
        if (ticket == CircuitBreaker.REFUSED) {
            permits.release();
            return Refused.CIRCUIT_OPEN;
        }
        return new Admitted(policy, ticket);
    }

    private boolean acquire(long waitNanos) throws InterruptedException {
        return permits.tryAcquire() || (waitNanos > 0 && permits.tryAcquire(waitNanos, TimeUnit.NANOSECONDS));
    }

    /** Calls in flight. */
    public int permitsInUse() {
        return permits.inUse();
    }

    /** Where the breaker stands. */
    public CircuitBreaker.State state() {
        return breaker.state();
    }
}
