package io.mics.routing.link;

import io.mics.concurrent.CallGuard;
import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.SharedByteBudget;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.routing.link.NodeLinks.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one start of one node: bounded, queued, written in batches by one writer, waited for. Calls wait while
 * its stream is being opened; once opening has failed they fail at once. {@link LinkReconnector} opens its stream.
 */
final class OutboundLink implements LinkStream.Events {
    private static final int ATTEMPTS = 2;
    private static final Duration PERMIT_WAIT = Duration.ofMillis(10);
    private static final double UNLIMITED = 0;

    private final LinkSettings settings;
    private final Runnable opened;
    private final CallGuard guard;
    private final CallGuard.Policy policy;
    private final SharedByteBudget inFlight;
    private final String node;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<Long, PendingCall> pending = new ConcurrentHashMap<>();
    private final WriteQueue<PendingCall> queue = new WriteQueue<>(PendingCall::size);
    private volatile @Nullable LinkStream stream;
    private volatile @Nullable String down;

    /**
     * A link whose breaker runs {@code opened} when it opens.
     *
     * @param inFlight is taken by {@code node} for its calls, with the links to all other nodes
     */
    OutboundLink(LinkSettings settings, SharedByteBudget inFlight, String node, Runnable opened) {
        this.settings = settings;
        this.inFlight = inFlight;
        this.node = node;
        this.opened = opened;
        this.guard = new CallGuard(settings.inFlight(), false, UNLIMITED);
        this.policy = new CallGuard.Policy(
                settings.deadline().multipliedBy(ATTEMPTS),
                PERMIT_WAIT,
                CircuitBreaker.Rules.ofFailures(
                        settings.breakerFailures(), settings.breakerOpen().toNanos()));
        queue.pause();
    }

    /** Asks, and waits for the answer: at most two deadlines and the wait for a permit. */
    Reply call(NodeCall call) throws InterruptedException {
        if (guard.isOpen(policy)) {
            return refused(CallGuard.Refused.CIRCUIT_OPEN);
        }
        if (call.getSerializedSize() > settings.largestCall()) {
            return new Reply.NotAsked("larger than a link carries");
        }
        return switch (guard.admit(policy)) {
            case CallGuard.Refused refused -> refused(refused);
            case CallGuard.Admitted admitted -> {
                try (admitted) {
                    yield admitted(call, admitted);
                }
            }
        };
    }

    private static Reply refused(CallGuard.Refused refused) {
        return new Reply.NotAsked(
                switch (refused) {
                    case CIRCUIT_OPEN -> "circuit open";
                    case NO_PERMIT, RATE_LIMITED -> "too many calls in flight";
                });
    }

    private Reply admitted(NodeCall call, CallGuard.Admitted admitted) throws InterruptedException {
        int size = call.getSerializedSize();
        if (!takeBytes(size)) {
            return new Reply.NotAsked("too many bytes in flight");
        }
        PendingCall asked = new PendingCall(call);
        Reply reply;
        try {
            reply = attempts(asked);
        } finally {
            bytes.addAndGet(-size);
            inFlight.release(node, size);
        }
        if (admitted.settle(asked.wasAnswered(), admitted.tookNanos())) {
            opened.run();
        }
        return reply;
    }

    private boolean takeBytes(int size) {
        long before = bytes.getAndAdd(size);
        boolean full = before > 0 && settings.inFlightBytes() > 0 && before + size > settings.inFlightBytes();
        if (full || !inFlight.tryTake(node, size)) {
            bytes.addAndGet(-size);
            return false;
        }
        return true;
    }

    private Reply attempts(PendingCall call) throws InterruptedException {
        pending.put(call.id(), call);
        try {
            String cause = "";
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                switch (attempt(call)) {
                    case PendingCall.Attempt.Answered came -> {
                        Optional<Reply> reply = reply(came.answer());
                        if (reply.isPresent()) {
                            return reply.get();
                        }
                        cause = came.answer().getRefused();
                        call.refused();
                    }
                    case PendingCall.Attempt.Lost lost -> cause = lost.cause();
                    case PendingCall.Attempt.TimedOut timedOut -> cause = "no answer in time";
                }
            }
            return call.everSent() ? new Reply.Unknown(cause) : new Reply.NotAsked(cause);
        } finally {
            pending.remove(call.id());
            if (call.withdraw()) {
                queue.remove(call);
            }
        }
    }

    private PendingCall.Attempt attempt(PendingCall call) throws InterruptedException {
        String noLink = down;
        if (noLink != null) {
            return new PendingCall.Attempt.Lost(noLink);
        }
        call.begin();
        if (queue.add(call)) {
            startWriter();
        }
        noLink = down;
        if (noLink != null) {
            call.unsendable(noLink);
        }
        PendingCall.Attempt attempt = call.await(Deadline.after(settings.deadline()));
        if (call.withdraw()) {
            queue.remove(call);
        }
        return attempt;
    }

    /** What an answer is to the caller; empty: the call may be made again. */
    private static Optional<Reply> reply(NodeAnswer answer) {
        return switch (answer.getAnswerCase()) {
            case REFUSED -> Optional.empty();
            case FAILURE -> Optional.of(new Reply.Failed(answer.getFailure()));
            case FORGOTTEN -> Optional.of(new Reply.Unknown("answered before, and forgotten"));
            case DELIVERED, TAKEN_OVER, KEPT, BACKLOG, DONE, ANSWER_NOT_SET -> Optional.of(new Reply.Answered(answer));
        };
    }

    /** Calls wait for a stream from now on. */
    void opening() {
        down = null;
    }

    /** Calls go over {@code open} from now on. */
    void up(LinkStream open) {
        stream = open;
        down = null;
        writable();
    }

    /** The stream has ended: what was sent over it is lost, what is queued waits for the next one. */
    void lost(LinkStream ended, String cause) {
        stream = null;
        queue.pause();
        pending.values().forEach(call -> call.lost(ended, cause));
    }

    /** There is no stream and none is being opened: nothing waits any more. */
    void down(String cause) {
        down = cause;
        pending.values().forEach(call -> call.unsendable(cause));
    }

    /** Sends a sign of life. */
    void beat() {
        if (queue.addHeartbeat()) {
            startWriter();
        }
    }

    @Override
    public void answered(NodeAnswer answer) {
        PendingCall call = pending.get(answer.getId());
        if (call != null) {
            call.answered(answer);
        }
    }

    @Override
    public void writable() {
        if (queue.resume()) {
            startWriter();
        }
    }

    private void startWriter() {
        CriticalThreads.start("link-writer", this::write);
    }

    /** Writes what waits; by whoever claimed the queue. */
    private void write() {
        while (true) {
            LinkStream over = stream;
            if (over == null || !over.isWritable()) {
                queue.pause();
                LinkStream now = stream;
                if (now != null && now.isWritable() && queue.resume()) {
                    continue;
                }
                return;
            }
            Optional<WriteQueue.Batch<PendingCall>> batch = queue.take(call -> call.send(over));
            if (batch.isEmpty()) {
                return;
            }
            List<NodeCall> calls = new ArrayList<>(batch.get().items().size());
            batch.get().items().forEach(call -> calls.add(call.call()));
            over.send(calls, batch.get().heartbeat());
            if (over != stream) {
                batch.get().items().forEach(call -> call.lost(over, "link lost"));
            }
        }
    }
}
