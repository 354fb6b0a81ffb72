package io.mics.store;

import io.mics.conversation.NewMessage;
import java.util.List;

/**
 * Stores messages, several in one transaction. Blocks for the database, a bounded time; safe on any thread, and beside
 * other writers of the same database. Writing a batch again is always safe: what is stored already is a duplicate.
 */
public interface MessageWriter {
    /** Messages of one batch. */
    int MOST_MESSAGES = 500;

    /** Bytes of bodies of one batch, which a single larger message may exceed. */
    int MOST_BYTES = 4 << 20;

    /**
     * Stores these messages in their order, each once by its sender's name for it: a repeated one has the position of
     * the first, whatever its body. Gives each conversation its next sequence numbers, without gaps; makes
     * conversations and their members that are not there, and moves each sender's read pointer to its message.
     *
     * @param batch at most {@link #MOST_MESSAGES}, of any tenants and conversations
     */
    Result write(List<NewMessage> batch);

    /** What became of a batch. */
    sealed interface Result {
        /** The transaction is committed; an outcome for each message, in the order of the batch. */
        record Committed(List<Written> written) implements Result {
            /** Takes a copy of the list. */
            public Committed {
                written = List.copyOf(written);
            }
        }

        /**
         * Nothing of it is stored by this attempt: the database is away, full, read-only or slow.
         *
         * @param cause for the log
         */
        record NotCommitted(String cause) implements Result {}

        /**
         * All of it may be stored, or nothing: the connection was lost meanwhile. Writing it again tells.
         *
         * @param cause for the log
         */
        record Unknown(String cause) implements Result {}
    }
}
