package io.mics.conversation.catchup;

import io.mics.concurrent.HeapShare;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.MissedPart;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.StoredMessage;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Messages of several conversations as one sequence, the oldest first, each conversation's by their numbers. Reads
 * pages as they are needed; what cannot be read ends its conversation. Used by one thread.
 */
final class MissedMessages {
    private static final int LARGEST_PAGE = 100;
    /** Bytes of bodies that are read and not yet taken; beyond, everything ends. One page may exceed it. */
    static final long MOST_BYTES = HeapShare.atMost(64L << 20, 1) / 16;

    private final Conversations conversations;
    private final Reader reader;
    private final PriorityQueue<Part> parts = new PriorityQueue<>(Comparator.comparingLong(Part::nextMs)
            .thenComparing(part -> part.missed.conversation().id()));
    private long bytes;

    /** What becomes of each message. */
    interface Taker {
        /** Numbers of a conversation under which there is nothing for the reader. */
        void nothing(MissedPart part, long fromSeq, long toSeq);

        /** A message; false: no more of its conversation. */
        boolean take(StoredMessage message);
    }

    private static final class Part {
        final MissedPart missed;
        final Deque<StoredMessage> page = new ArrayDeque<>();
        /** Everything up to this was taken, or is nothing. */
        long seq;

        boolean more = true;

        Part(MissedPart missed) {
            this.missed = missed;
            this.seq = missed.seenSeq();
        }

        long nextMs() {
            StoredMessage next = page.peek();
            return next == null ? missed.createdMs() : next.createdMs();
        }
    }

    MissedMessages(Conversations conversations, Reader reader, List<MissedPart> missed) {
        this.conversations = conversations;
        this.reader = reader;
        missed.forEach(part -> parts.add(new Part(part)));
    }

    /**
     * Hands out messages while {@code wanted}.
     *
     * @param most as a guess of how many, so that not much more is read
     */
    void each(int most, BooleanSupplier wanted, Taker taker) {
        int left = most;
        while (wanted.getAsBoolean() && bytes <= MOST_BYTES) {
            Part part = parts.poll();
            if (part == null) {
                return;
            }
            if (part.page.isEmpty() && !read(part, left, taker)) {
                continue;
            }
            StoredMessage message = part.page.remove();
            bytes -= message.body().size();
            if (message.seq() > part.seq + 1) {
                taker.nothing(part.missed, part.seq + 1, message.seq() - 1);
            }
            part.seq = message.seq();
            left = Math.max(1, left - 1);
            if (taker.take(message) && (!part.page.isEmpty() || (part.more && read(part, left, taker)))) {
                parts.add(part);
            }
        }
    }

    /** Reads the next page; false when there is none. */
    private boolean read(Part part, int left, Taker taker) {
        int limit = Math.clamp(2L * left / (parts.size() + 1), 1, LARGEST_PAGE);
        if (!(conversations.after(reader, part.missed.conversation(), part.seq, limit)
                instanceof Reply.Ok<Conversations.Page> ok)) {
            return false;
        }
        Conversations.Page page = ok.value();
        part.page.addAll(page.messages());
        page.messages().forEach(message -> bytes += message.body().size());
        part.more = page.hasMore();
        if (part.page.isEmpty() && page.lastSeq() > part.seq) {
            taker.nothing(part.missed, part.seq + 1, page.lastSeq());
        }
        return !part.page.isEmpty();
    }
}
