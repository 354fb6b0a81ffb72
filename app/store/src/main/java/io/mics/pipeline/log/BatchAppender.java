package io.mics.pipeline.log;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import java.util.List;
import java.util.Optional;

/** Appends messages of one tenant to a log, several together. Called by one thread at a time for each tenant. */
public interface BatchAppender {
    /** Messages appended together at most. */
    int MOST_MESSAGES = 500;

    /** Bytes of bodies appended together at most, which a single larger message may exceed. */
    int MOST_BYTES = 1 << 20;

    /**
     * Waits while the whole log is away; then says why the tenant's part of it takes nothing now, if it does not.
     * Messages that wait are not in the log as long as this waits.
     */
    Optional<String> awaitReady(String tenant) throws InterruptedException;

    /** Appends messages in their order; every one has its fate when this returns, however long that takes. */
    List<Fate> append(String tenant, List<NewMessage> batch) throws InterruptedException;

    /** What a tenant's messages are appended to, in a few words. */
    default String describe(String tenant) {
        return "the log";
    }

    /** What became of one message. */
    sealed interface Fate {
        /** Its outcome is certain. */
        record Done(Outcome outcome) implements Fate {}

        /** It is too large for the log; trying again is of no use. */
        record TooLarge(String cause) implements Fate {}

        /** It is not in the log by this attempt, and may be tried again. */
        record NotAppended(String cause) implements Fate {}

        /** The log may have it; it may be tried again. */
        record Undecided(String cause) implements Fate {}
    }
}
