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

/**
 * Pages of one conversation. A page ends early where its bodies would be more than {@link #MOST_BYTES}. Numbers are
 * dense, so it is looked for in a window of as many numbers, and in a wider one where messages of it are hidden:
 * whatever the database plans, it cannot read a long conversation whole.
 */
final class Pages {
    /** Bytes of the bodies of one page, which its last message may exceed. */
    static final long MOST_BYTES = 4 << 20;

    private static final int MOST_MESSAGES = 1_000;
    /** How many more numbers than messages the first window has, and how much wider the next one is. */
    private static final int SLACK = 32;

    private static final int WIDER = 8;

    /** Sizes first, so that what does not go into the page is not read. */
    static final String AFTER = """
        WITH k AS (
          SELECT m.seq, octet_length(m.body) AS size FROM messages m
          WHERE m.conversation = ? AND m.seq > ? AND m.seq < ?
            AND NOT EXISTS (SELECT 1 FROM message_hidden h
                            WHERE h.conversation = m.conversation AND h.user_id = ? AND h.seq = m.seq)
          ORDER BY m.seq LIMIT ?),
        p AS (
          SELECT k.seq, sum(k.size) OVER (ORDER BY k.seq) - k.size AS preceding, count(*) OVER () AS found
          FROM k)
        SELECT p.found, %s FROM p JOIN messages m ON m.conversation = ? AND m.seq = p.seq
        WHERE p.preceding < ? ORDER BY m.seq\
        """.formatted(MessageRow.columns("m."));

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
            long end = access.lastSeq() + 1;
            List<Found> rows = List.of();
            int wanted = Math.clamp(limit, 1, MOST_MESSAGES);
            long window = (long) wanted + SLACK;
            for (long to = from; to < end && isShort(rows, wanted); window *= WIDER) {
                to = end - from <= window ? end : from + window;
                rows = rows(c, reader, conversation, access, from, to, wanted);
            }
            return page(access, rows, rows.subList(0, Math.min(wanted, rows.size())));
        });
    }

    /** Whether a wider window may hold more: this one was not cut, and has not one more than wanted. */
    private static boolean isShort(List<Found> rows, int wanted) {
        return rows.isEmpty() || rows.getFirst().candidates() <= wanted;
    }

    private static List<Found> rows(
            Connection c,
            Reader reader,
            ConversationRef conversation,
            Access access,
            long above,
            long below,
            int wanted)
            throws SQLException {
        return Parameters.list(
                c,
                AFTER,
                row -> new Found(row.getLong(1), MessageRow.read(row, 2, conversation)),
                access.id(),
                above,
                below,
                reader.user(),
                wanted + 1,
                access.id(),
                MOST_BYTES);
    }

    private static Reply<Page> page(Access access, List<Found> rows, List<Found> page) {
        boolean more = !page.isEmpty() && rows.getFirst().candidates() > page.size();
        List<StoredMessage> messages = new ArrayList<>(page.size());
        page.forEach(row -> messages.add(row.message()));
        return new Reply.Ok<>(new Page(messages, access.firstSeq(), access.lastSeq(), more));
    }
}
