package io.mics.store.sql;

import io.mics.conversation.Conversations.Reader;
import io.mics.protocol.ConversationRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What of a conversation a reader may see. One of two sees theirs whether it is there or not, a member its group while
 * it has not left, everybody of the tenant {@code world}; for all others there is none.
 *
 * @param id      the conversation's key; 0 when it has no message yet
 * @param lastSeq of the conversation
 * @param floor   messages up to this are not there for this reader
 * @param readSeq the reader's pointer
 * @param member  whether the reader has pointers stored
 */
record Access(long id, long lastSeq, long floor, long readSeq, boolean member) {
    /** Messages of {@code world} that can be read, the newest. */
    static final int WORLD_MESSAGES = 300;

    static final String SQL = """
        SELECT c.id, c.last_seq, c.first_seq, m.joined_seq, m.cleared_before, m.read_seq, m.left_ms
        FROM conversations c
        LEFT JOIN members m ON m.tenant = c.tenant AND m.user_id = ? AND m.conversation = c.id
        WHERE c.tenant = ? AND c.name = ?\
        """;

    private static final Access NOTHING_YET = new Access(0, 0, 0, 0, false);

    /** A row of {@link #SQL}; {@code left} is null without a row of the member. */
    private record Found(Access access, boolean left) {}

    /** What the reader sees of the conversation; empty when it must not learn whether it is there. */
    static Optional<Access> find(Connection c, Reader reader, ConversationRef conversation) throws SQLException {
        if (conversation instanceof ConversationRef.Single single
                && !single.users().contains(reader.user())) {
            return Optional.empty();
        }
        Optional<Found> found = Parameters.first(
                c,
                SQL,
                row -> {
                    long lastSeq = row.getLong(2);
                    long floor = Math.max(row.getLong(3) - 1, Math.max(row.getLong(4), row.getLong(5)));
                    long left = row.getLong(7);
                    boolean member = !row.wasNull();
                    return new Found(new Access(row.getLong(1), lastSeq, floor, row.getLong(6), member), left != 0);
                },
                reader.user(),
                reader.tenant(),
                conversation.id());
        return switch (conversation) {
            case ConversationRef.Single single ->
                Optional.of(found.map(f -> f.access().ofItsMember()).orElse(NOTHING_YET));
            case ConversationRef.Group group ->
                found.filter(f -> f.access().member() && !f.left()).map(Found::access);
            case ConversationRef.World world ->
                Optional.of(found.map(f -> f.access().asWorld()).orElse(NOTHING_YET));
        };
    }

    /** One of two who is no member was erased: what was there before is none of its business any more. */
    private Access ofItsMember() {
        return member ? this : new Access(id, lastSeq, lastSeq, 0, false);
    }

    private Access asWorld() {
        return new Access(id, lastSeq, Math.max(floor, lastSeq - WORLD_MESSAGES), lastSeq, member);
    }

    boolean exists() {
        return id != 0;
    }

    /** Whether the reader may see the message there, unless it hid it. */
    boolean covers(long seq) {
        return seq > floor && seq <= lastSeq;
    }

    /** The oldest message there is for this reader. */
    long firstSeq() {
        return floor + 1;
    }

    /** Messages the reader has not read: a matter of pointers alone. */
    long unread() {
        return unread(readSeq);
    }

    /** The same, had it read up to {@code seq}. */
    long unread(long seq) {
        return Math.max(0, lastSeq - Math.max(seq, floor));
    }
}
