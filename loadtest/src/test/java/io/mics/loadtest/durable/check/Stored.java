package io.mics.loadtest.durable.check;

import java.util.HashMap;
import java.util.Map;

/** What the database holds at the end, read from its tables. Filled by one thread. */
public final class Stored {
    private final LongRows messages = new LongRows(4);
    private final Map<Integer, Long> lastSeqs = new HashMap<>();
    private final Map<Long, Long> readSeqs = new HashMap<>();

    /** A message; those of a conversation come in the order of their sequence numbers. */
    public void message(int talk, long seq, long key, long id) {
        messages.add(talk, seq, key, id);
    }

    /** A conversation's last sequence number. */
    public void conversation(int talk, long lastSeq) {
        lastSeqs.put(talk, lastSeq);
    }

    /** Up to where a member has read. */
    public void member(int user, int talk, long readSeq) {
        readSeqs.put(of(user, talk), readSeq);
    }

    private static long of(int user, int talk) {
        return (long) user << 32 | talk;
    }

    int size() {
        return messages.rows();
    }

    int talk(int row) {
        return (int) messages.at(row, 0);
    }

    long seq(int row) {
        return messages.at(row, 1);
    }

    long key(int row) {
        return messages.at(row, 2);
    }

    long id(int row) {
        return messages.at(row, 3);
    }

    /** 0 for a conversation that is not there. */
    long lastSeq(int talk) {
        return lastSeqs.getOrDefault(talk, 0L);
    }

    Map<Integer, Long> lastSeqs() {
        return lastSeqs;
    }

    /** -1 for somebody who is no member. */
    long readSeq(int user, int talk) {
        return readSeqs.getOrDefault(of(user, talk), -1L);
    }
}
