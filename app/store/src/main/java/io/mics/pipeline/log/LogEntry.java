package io.mics.pipeline.log;

import io.mics.conversation.NewMessage;

/** A record of a tenant's log: its key, the conversation, and its value, a {@code LogRecord}. */
public final class LogEntry {
    private final String conversation;
    private final byte[] value;

    /** Does not copy {@code value}, which stays as it is from then on. */
    public LogEntry(String conversation, byte[] value) {
        this.conversation = conversation;
        this.value = value;
    }

    /** A message as a record. */
    public static LogEntry of(NewMessage message) {
        return new LogEntry(message.conversation().id(), LogRecords.write(message));
    }

    public String conversation() {
        return conversation;
    }

    /** Not a copy. */
    public byte[] value() {
        return value;
    }

    /** Bytes it takes, about. */
    public long bytes() {
        return conversation.length() + (long) value.length;
    }
}
