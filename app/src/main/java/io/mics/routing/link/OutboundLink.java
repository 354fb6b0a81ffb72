package io.mics.routing.link;

import io.mics.concurrent.ByteShares;
import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.LiveSemaphore;
import io.mics.concurrent.VitalThreads;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.routing.link.NodeLinks.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one start of one node: bounded, queued, written in batches by one writer, waited for. Calls wait while
 * its stream is being opened; once opening has failed they fail at once. {@link LinkReconnector} opens its stream.
 */
final class OutboundLink implements LinkStream.Events {
    private static final int ATTEMPTS = 2;
    private static final long PERMIT_WAIT_MS = 10;

    private final LinkSettings settings;
    private final Runnable opened;
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final ByteShares inFlight;
    private final String node;
    private final Semaphore permits;
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
    OutboundLink(LinkSettings settings, ByteShares inFlight, String node, Runnable opened) {
        this.settings = settings;
        this.inFlight = inFlight;
        this.node = node;
        this.opened = opened;
        this.permits = new LiveSemaphore(settings.inFlight());
        queue.pause();
    }

    /** Asks, and waits for the answer: at most two deadlines and the wait for a permit. */
    Reply call(NodeCall call) throws InterruptedException {
        long ticket =
                breaker.enter(settings.breakerFailures(), settings.breakerOpen().toNanos(), System.nanoTime());
        if (ticket == CircuitBreaker.REFUSED) {
            return new Reply.NotAsked("circuit open");
        }
        boolean settled = false;
        try {
            Optional<Reply> full = admit(call.getSerializedSize());
            if (full.isPresent()) {
                return full.get();
            }
            PendingCall asked = new PendingCall(call);
            Reply reply;
            try {
                reply = attempts(asked);
            } finally {
                permits.release();
                bytes.addAndGet(-call.getSerializedSize());
                inFlight.release(node, call.getSerializedSize());
            }
            settled = true;
            if (breaker.leave(ticket, asked.wasAnswered(), settings.breakerFailures(), System.nanoTime())) {
                opened.run();
            }
            return reply;
        } finally {
            if (!settled) {
                breaker.abandon(ticket);
            }
        }
    }

    /** Takes a permit and room for {@code size} bytes, or says why not. */
    private Optional<Reply> admit(int size) throws InterruptedException {
        if (size > settings.largestCall()) {
            return Optional.of(new Reply.NotAsked("larger than a link carries"));
        }
        if (!permits.tryAcquire() && !permits.tryAcquire(PERMIT_WAIT_MS, TimeUnit.MILLISECONDS)) {
            return Optional.of(new Reply.NotAsked("too many calls in flight"));
        }
        long before = bytes.getAndAdd(size);
        boolean full = before > 0 && settings.inFlightBytes() > 0 && before + size > settings.inFlightBytes();
        if (full || !inFlight.tryTake(node, size)) {
            bytes.addAndGet(-size);
            permits.release();
            return Optional.of(new Reply.NotAsked("too many bytes in flight"));
        }
        return Optional.empty();
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
        VitalThreads.start("link-writer", this::write);
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
