package io.mics.store.sql;

import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pages of one conversation. A page ends early where its bodies would be more than {@link #MOST_BYTES}. */
final class Pages {
    /** Bytes of the bodies of one page, which its last message may exceed. */
    static final long MOST_BYTES = 4 << 20;

    private static final int MOST_MESSAGES = 1_000;

    static final String AFTER = page("ASC");
    static final String BEFORE = page("DESC");

    /** Sizes first, so that what does not go into the page is not read. */
    private static String page(String order) {
        return """
            WITH k AS (
              SELECT m.seq, octet_length(m.body) AS size FROM messages m
              WHERE m.conversation = ? AND m.seq > ? AND m.seq < ?
                AND NOT EXISTS (SELECT 1 FROM message_hidden h
                                WHERE h.conversation = m.conversation AND h.user_id = ? AND h.seq = m.seq)
              ORDER BY m.seq %1$s LIMIT ?),
            p AS (
              SELECT k.seq, sum(k.size) OVER (ORDER BY k.seq %1$s) - k.size AS preceding, count(*) OVER () AS found
              FROM k)
            SELECT p.found, %2$s FROM p JOIN messages m ON m.conversation = ? AND m.seq = p.seq
            WHERE p.preceding < ? ORDER BY m.seq\
            """.formatted(order, MessageRow.columns("m."));
    }

    private record Found(long candidates, StoredMessage message) {}

    private final Database database;

    Pages(Database database) {
        this.database = database;
    }

    Reply<Page> after(Reader reader, ConversationRef conversation, long afterSeq, int limit) throws SQLException {
        return database.read(c -> {
            Optional<Access> found = Access.find(c, reader, conversation);
            if (found.isEmpty()) {
                return new Reply.NotFound<>();
            }
            Access access = found.get();
            long from = Math.max(afterSeq, access.floor());
            return from >= access.lastSeq()
                    ? ok(access, List.of(), false)
                    : page(c, AFTER, reader, conversation, access, from, access.lastSeq() + 1, limit);
        });
    }

    Reply<Page> before(Reader reader, ConversationRef conversation, long beforeSeq, int limit) throws SQLException {
        return database.read(c -> {
            Optional<Access> found = Access.find(c, reader, conversation);
            if (found.isEmpty()) {
                return new Reply.NotFound<>();
            }
            Access access = found.get();
            long to = Math.min(beforeSeq, access.lastSeq() + 1);
            return to <= access.firstSeq()
                    ? ok(access, List.of(), false)
                    : page(c, BEFORE, reader, conversation, access, access.floor(), to, limit);
        });
    }

    private static Reply<Page> page(
            Connection c,
            String sql,
            Reader reader,
            ConversationRef conversation,
            Access access,
            long above,
            long below,
            int limit)
            throws SQLException {
        int wanted = Math.clamp(limit, 1, MOST_MESSAGES);
        List<Found> rows = Parameters.list(
                c,
                sql,
                row -> new Found(row.getLong(1), MessageRow.read(row, 2, conversation)),
                access.id(),
                above,
                below,
                reader.user(),
                wanted + 1,
                access.id(),
                MOST_BYTES);
        boolean more = !rows.isEmpty() && rows.getFirst().candidates() > Math.min(wanted, rows.size());
        if (rows.size() > wanted) {
            // one more than wanted was asked for: the one that is farthest
            rows = sql.equals(AFTER) ? rows.subList(0, wanted) : rows.subList(1, rows.size());
        }
        List<StoredMessage> messages = new ArrayList<>(rows.size());
        rows.forEach(row -> messages.add(row.message()));
        return ok(access, messages, more);
    }

    private static Reply<Page> ok(Access access, List<StoredMessage> messages, boolean more) {
        return new Reply.Ok<>(new Page(messages, access.firstSeq(), access.lastSeq(), more));
    }
}
