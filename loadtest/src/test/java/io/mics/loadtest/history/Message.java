package io.mics.loadtest.history;

/** One message, with all its attempts: what the checker knows of it from its sender's connections. */
final class Message {
    final int sender;
    final int number;
    final int target;
    /** The first attempt's connection and time. */
    final ConnectionLog firstOn;

    final long firstSent;
    int attempts = 1;
    /** When it was first acknowledged as sent; {@code Long.MAX_VALUE} when it never was. */
    long accepted = Long.MAX_VALUE;

    boolean failed;

    Message(int sender, int number, int target, ConnectionLog firstOn, long firstSent) {
        this.sender = sender;
        this.number = number;
        this.target = target;
        this.firstOn = firstOn;
        this.firstSent = firstSent;
    }

    boolean wasAccepted() {
        return accepted != Long.MAX_VALUE;
    }

    long key() {
        return MessageKey.pack(sender, number);
    }
}
