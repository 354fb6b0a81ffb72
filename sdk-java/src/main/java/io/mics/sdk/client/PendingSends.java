package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages sent and not yet acknowledged. Each is written again, under its id, after every ack timeout and on every
 * new connection, at most {@code maxAttempts} times, and gets its outcome within {@code maxAttempts} ack timeouts. At
 * most {@code capacity} are held. Ids are 1, 2, …; resends on a new connection come in that order, before new messages.
 */
final class PendingSends {

    private static final class Pending {
        final String id;
        final byte[] frame;
        final CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();

        @Nullable
        Future<?> timer;

        int attempts;
        int timeouts;

        Pending(String id, byte[] frame) {
            this.id = id;
            this.frame = frame;
        }
    }

    private final ScheduledExecutorService loop;
    private final Duration ackTimeout;
    private final int maxAttempts;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private @Nullable FrameWriter writer;
    private long lastId;
    private boolean closed;

    PendingSends(ScheduledExecutorService loop, Duration ackTimeout, int maxAttempts, int capacity) {
        this.loop = loop;
        this.ackTimeout = ackTimeout;
        this.maxAttempts = maxAttempts;
        this.capacity = capacity;
    }

    /** Takes a message without an id; it is written now, or as soon as there is a connection. */
    CompletableFuture<SendOutcome> add(MessageRequest.Builder message, byte[] body) {
        ByteString copied = ByteString.copyFrom(body);
        lock.lock();
        try {
            if (closed || pending.size() >= capacity) {
                String reason = closed ? "client closed" : "too many pending sends";
                return CompletableFuture.completedFuture(
                        new SendOutcome.Failed("", 0, reason, SendOutcome.GroupCounts.NONE));
            }
            String id = Long.toString(++lastId);
            message.setMsgId(id).setMsgBody(copied).setTimestampMs(System.currentTimeMillis());
            Pending added = new Pending(
                    id, ClientFrame.newBuilder().setMessage(message).build().toByteArray());
            pending.put(id, added);
            long period = ackTimeout.toNanos();
            added.timer = loop.scheduleAtFixedRate(() -> timeout(added), period, period, TimeUnit.NANOSECONDS);
            transmit(added);
            return added.outcome;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    /** Writes everything pending to the new connection; later messages go there too. */
    void attach(FrameWriter connected) {
        lock.lock();
        try {
            writer = connected;
            pending.values().forEach(this::transmit);
        } finally {
            lock.unlock();
        }
    }

    /** Holds messages back until the next {@link #attach}. */
    void detach() {
        lock.lock();
        try {
            writer = null;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the message its outcome; an ack nobody waits for is ignored. */
    void acknowledge(MessageAck ack) {
        Pending answered = remove(ack.getMsgId());
        if (answered != null) {
            answered.outcome.complete(SendOutcome.of(ack));
        }
    }

    /** Ends all waiting, and takes nothing more. */
    void close(String reason) {
        List<Pending> rest;
        lock.lock();
        try {
            closed = true;
            writer = null;
            rest = new ArrayList<>(pending.values());
            pending.clear();
            rest.forEach(PendingSends::stopTimer);
        } finally {
            lock.unlock();
        }
        rest.forEach(one -> unanswered(one, reason));
    }

    private void timeout(Pending late) {
        lock.lock();
        try {
            if (!pending.containsKey(late.id)) {
                return;
            }
            if (++late.timeouts < maxAttempts) {
                transmit(late);
                return;
            }
        } finally {
            lock.unlock();
        }
        if (remove(late.id) != null) {
            unanswered(late, "no ack");
        }
    }

    private void transmit(Pending one) {
        if (writer != null && one.attempts < maxAttempts) {
            one.attempts++;
            writer.write(one.frame);
        }
    }

    private @Nullable Pending remove(String id) {
        lock.lock();
        try {
            Pending removed = pending.remove(id);
            if (removed != null) {
                stopTimer(removed);
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    private static void stopTimer(Pending one) {
        if (one.timer != null) {
            one.timer.cancel(false);
        }
    }

    /** On another thread, because this one keeps the time for everybody. */
    private static void unanswered(Pending one, String reason) {
        SendOutcome outcome = new SendOutcome.Unanswered(one.id, one.attempts, reason);
        var unused = one.outcome.completeAsync(() -> outcome);
    }
}
