package io.mics.conversation;

import java.util.function.Consumer;

/**
 * What durable messages are appended to before they are acknowledged. An append that was answered by
 * {@link Outcome.Accepted} or {@link Outcome.Stored} is never lost. Messages of one conversation that one thread
 * appends are stored in that order. Safe on any thread.
 */
public interface ConversationLog {
    /**
     * Appends a message; waits only for room, at most the tenant's append time-out.
     *
     * @param done gets the outcome once, on any thread, perhaps before this returns; must not block. After
     *             {@link Outcome.Unknown} it may get a second one, which is ignored
     */
    void append(NewMessage message, Consumer<Outcome> done) throws InterruptedException;

    /** What a tenant's messages are appended to, in a few words, for who asks what became of one. */
    default String describe(String tenant) {
        return "the log";
    }

    /** What became of an append. */
    sealed interface Outcome {
        /** The log has it; that it is stored reaches its device when it is distributed. */
        record Accepted() implements Outcome {}

        /**
         * The database has it.
         *
         * @param duplicate whether it had it before: the place is the first attempt's
         */
        record Stored(long seq, long messageId, boolean duplicate) implements Outcome {}

        /** It is not in the log and will not be; sent again later, it may be. */
        record Unavailable() implements Outcome {}

        /** It is not in the log and never will be, however often it is sent. */
        record Refused(Reason reason) implements Outcome {
            /** Why the log takes no such message. */
            public enum Reason {
                /** The log is configured to take only smaller ones. */
                TOO_LARGE,
                /** The database cannot hold what is in it. */
                NOT_STORABLE
            }
        }

        /** It may be in the log; resending it under the same name is safe. */
        record Unknown() implements Outcome {}
    }
}
