package io.mics.pipeline.log;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Appends what is a record already to a tenant's log. */
public interface RecordAppender {
    /** Whether the log can be reached, as far as is known. */
    boolean isAvailable();

    /** See {@link BatchAppender#describe}. */
    default String describe(String tenant) {
        return "the log";
    }

    /** See {@link BatchAppender#awaitReady}. */
    Optional<String> awaitReady(String tenant) throws InterruptedException;

    /** Appends records in their order; every one has its fate when this returns, however long that takes. */
    List<BatchAppender.Fate> appendRecords(String tenant, List<LogEntry> batch) throws InterruptedException;

    /** The same for a bounded time; what has no answer by then is undecided. */
    List<BatchAppender.Fate> appendRecords(String tenant, List<LogEntry> batch, Duration most)
            throws InterruptedException;
}
