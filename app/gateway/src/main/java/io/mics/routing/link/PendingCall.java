package io.mics.routing.link;

import io.mics.concurrent.Deadline;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call whose caller waits. The caller alone queues and awaits it; writers and streams report its outcome. */
final class PendingCall {
    /** What came of one attempt. */
    sealed interface Attempt {
        /** The other node answered. */
        record Answered(NodeAnswer answer) implements Attempt {}

        /** The link failed. */
        record Lost(String cause) implements Attempt {}

        /** Nothing came in time. */
        record TimedOut() implements Attempt {}
    }

    private enum State {
        QUEUED,
        WITHDRAWN,
        SENT
    }

    private volatile NodeCall call;
    private final int size;
    private final Thread caller = Thread.currentThread();
    private final AtomicReference<State> state = new AtomicReference<>(State.WITHDRAWN);
    private volatile @Nullable LinkStream stream;
    private volatile @Nullable NodeAnswer answer;
    private volatile @Nullable String lost;
    private volatile boolean everSent;

    /** A call of the current thread. */
    PendingCall(NodeCall call) {
        this.call = call;
        this.size = call.getSerializedSize();
    }

    NodeCall call() {
        return call;
    }

    long id() {
        return call.getId();
    }

    int size() {
        return size;
    }

    /** Begins an attempt; by the caller, before it queues the call. */
    void begin() {
        lost = null;
        if (everSent) {
            call = call.toBuilder().setAgain(true).build();
        }
        state.set(State.QUEUED);
    }

    /** Claims the call for {@code stream}; false: the caller gave up before. */
    boolean send(LinkStream over) {
        stream = over;
        if (!state.compareAndSet(State.QUEUED, State.SENT)) {
            return false;
        }
        everSent = true;
        return true;
    }

    /** Takes the call back; false: it was sent. */
    boolean withdraw() {
        return state.compareAndSet(State.QUEUED, State.WITHDRAWN);
    }

    /** Whether the other node may have seen it. */
    boolean everSent() {
        return everSent;
    }

    /** The answer came. */
    void answered(NodeAnswer with) {
        answer = with;
        LockSupport.unpark(caller);
    }

    /** The stream it was sent over ended. */
    void lost(LinkStream over, String cause) {
        if (state.get() == State.SENT && stream == over) {
            lost(cause);
        }
    }

    /** There is no link, so it stays unsent. */
    void unsendable(String cause) {
        if (state.get() == State.QUEUED) {
            lost(cause);
        }
    }

    /** Waits for the end of this attempt. */
    Attempt await(Deadline deadline) throws InterruptedException {
        while (true) {
            NodeAnswer came = answer;
            if (came != null) {
                return new Attempt.Answered(came);
            }
            String cause = lost;
            if (cause != null) {
                return new Attempt.Lost(cause);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = deadline.remainingNanos();
            if (left == 0) {
                return new Attempt.TimedOut();
            }
            LockSupport.parkNanos(this, left);
        }
    }

    /** Whether the other node said anything but that it is too busy. */
    boolean wasAnswered() {
        return answer != null;
    }

    /** The answer was that it has not been begun: it counts as unsent. */
    void refused() {
        answer = null;
        everSent = false;
    }

    private void lost(String cause) {
        lost = cause;
        LockSupport.unpark(caller);
    }
}
