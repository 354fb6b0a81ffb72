package io.mics.store;

import io.mics.protocol.StoredMessage;

/** What became of one message of a batch that was written. */
public sealed interface Written {
    /**
     * The database has it.
     *
     * @param message   as it is stored; of a duplicate, as its first attempt is
     * @param duplicate whether the database, or an earlier message of the batch, had it before
     */
    record Stored(StoredMessage message, boolean duplicate) implements Written {}

    /**
     * The database will never take this message, however often it is tried; the others of its batch are stored.
     *
     * @param cause for the log; quotes nothing of the message
     */
    record Refused(String cause) implements Written {}
}
