package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What one device sent lately, on this node or on those it was connected to before, so that the node it moves to
 * recognises a resend: what was acknowledged as sent, and attempts whose outcome is not known. Goes from a device's
 * session to the next. Bounded; the oldest is forgotten first, and so is what is too old to be recognised elsewhere.
 *
 * <p>Once another node has taken it over, the sessions of before begin nothing more: nobody would recognise a resend.
 */
public class RecentSends {
    /** For a node alone: nothing is remembered, nobody asks. */
    public static final RecentSends NONE = new RecentSends() {
        @Override
        public boolean begun(long connection, String msgId, long content, long nanos, long delivery) {
            return true;
        }

        @Override
        public void ended(String msgId, long content, boolean accepted, boolean repeat) {
            // nobody asks
        }

        @Override
        public void inherit(List<SentMessage> messages) {
            // nobody asks
        }
    };

    private static final int MOST = 128;
    /** A connection takes over what another sent within a minute. */
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final class Sent {
        private final String msgId;
        private final long content;
        private final long nanos;
        /** The identity of an attempt whose outcome is not known; 0 when it was accepted. */
        private long attempt;

        Sent(String msgId, long content, long nanos, long attempt) {
            this.msgId = msgId;
            this.content = content;
            this.nanos = nanos;
            this.attempt = attempt;
        }

        boolean is(String otherId, long otherContent) {
            return content == otherContent && msgId.equals(otherId);
        }

        boolean isRecent(long now) {
            return now - nanos <= REMEMBERED_NANOS;
        }

        SentMessage toMessage(long now) {
            return SentMessage.newBuilder()
                    .setMsgId(msgId)
                    .setContent(content)
                    .setAgeMs(TimeUnit.NANOSECONDS.toMillis(now - nanos))
                    .setAttempt(attempt)
                    .build();
        }
    }

    private final LongSupplier clock;
    private final Deque<Sent> sent = new ArrayDeque<>(0);

    /** The newest of the device's connections to this node whose sends another node has taken over. */
    private long takenOver;

    public RecentSends() {
        this(System::nanoTime);
    }

    /** Ages by a clock in nanoseconds, that of what is passed to {@link #begun}. */
    public RecentSends(LongSupplier nanoClock) {
        clock = nanoClock;
    }

    /**
     * An attempt begins, at {@code nanos} and under the identity {@code delivery}.
     *
     * @return false when another node has taken over what {@code connection} sent, without this message
     */
    public boolean begun(long connection, String msgId, long content, long nanos, long delivery) {
        synchronized (sent) {
            if (connection <= takenOver) {
                return false;
            }
            add(new Sent(msgId, content, nanos, delivery));
            return true;
        }
    }

    /** Another node takes over what the device sent; its connections up to {@code connection} begin nothing more. */
    public List<SentMessage> takeOver(long connection) {
        synchronized (sent) {
            takenOver = Math.max(takenOver, connection);
            return toList();
        }
    }

    /**
     * The attempt at this message that began last has ended. One that followed another attempt under the same identity
     * and failed leaves that identity, since the outcome of the other is not known.
     */
    public void ended(String msgId, long content, boolean accepted, boolean repeat) {
        synchronized (sent) {
            Iterator<Sent> newestFirst = sent.descendingIterator();
            while (newestFirst.hasNext()) {
                Sent one = newestFirst.next();
                if (one.attempt != 0 && one.is(msgId, content)) {
                    if (accepted) {
                        one.attempt = 0;
                    } else if (!repeat) {
                        newestFirst.remove();
                    }
                    return;
                }
            }
        }
    }

    /** Adds what the device sent from the node it was connected to before. */
    public void inherit(List<SentMessage> messages) {
        long now = clock.getAsLong();
        synchronized (sent) {
            for (SentMessage message : messages) {
                boolean known = sent.stream().anyMatch(one -> one.is(message.getMsgId(), message.getContent()));
                if (!known) {
                    long nanos = now - TimeUnit.MILLISECONDS.toNanos(message.getAgeMs());
                    add(new Sent(message.getMsgId(), message.getContent(), nanos, message.getAttempt()));
                }
            }
        }
    }

    private void add(Sent one) {
        long now = clock.getAsLong();
        while (!sent.isEmpty() && (sent.size() >= MOST || !sent.getFirst().isRecent(now))) {
            sent.removeFirst();
        }
        sent.addLast(one);
    }

    /** Whether nothing is remembered. */
    public boolean isEmpty() {
        long now = clock.getAsLong();
        synchronized (sent) {
            return sent.stream().noneMatch(one -> one.isRecent(now));
        }
    }

    /** What is remembered and not too old, oldest first. */
    public List<SentMessage> toList() {
        long now = clock.getAsLong();
        synchronized (sent) {
            return sent.stream()
                    .filter(one -> one.isRecent(now))
                    .map(one -> one.toMessage(now))
                    .toList();
        }
    }
}
