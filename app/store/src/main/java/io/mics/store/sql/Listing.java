package io.mics.store.sql;

import io.mics.conversation.Conversations.Entries;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationFrame.Entry;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reader's conversations, that with the newest message first. The cursor is the last one's position: a conversation
 * that stays where it is comes once; one that gets a message meanwhile moves to the front, where it is new.
 */
final class Listing {
    /** Transactions end in another order than their stamps say; so much of what was asked for before comes again. */
    static final Duration OVERLAP = Duration.ofSeconds(10);

    static final String SQL = """
        WITH e AS (
          SELECT c.id, c.name, c.last_seq, c.first_seq, c.last_ms, m.read_seq, m.joined_seq, m.cleared_before,
                 m.user_id
          FROM members m JOIN conversations c ON c.id = m.conversation
          WHERE m.tenant = ? AND m.user_id = ? AND m.left_ms = 0 AND c.kind <> 3
            AND (c.changed_ms >= ? OR m.changed_ms >= ?)
            AND (c.last_ms < ? OR (c.last_ms = ? AND c.id < ?))
          ORDER BY c.last_ms DESC, c.id DESC LIMIT ?),
        s AS (
          SELECT e.*, (
            SELECT m.seq FROM messages m
            WHERE m.conversation = e.id AND m.seq > e.joined_seq AND m.seq > e.cleared_before
              AND m.seq >= e.first_seq AND m.seq <= e.last_seq
              AND NOT EXISTS (SELECT 1 FROM message_hidden h
                              WHERE h.conversation = e.id AND h.user_id = e.user_id AND h.seq = m.seq)
            ORDER BY m.seq DESC LIMIT 1) AS shown
          FROM e),
        z AS (
          SELECT s.*, COALESCE(octet_length(m.body), 0) AS size
          FROM s LEFT JOIN messages m ON m.conversation = s.id AND m.seq = s.shown),
        p AS (
          SELECT z.*, sum(z.size) OVER (ORDER BY z.last_ms DESC, z.id DESC) - z.size AS preceding,
                 count(*) OVER () AS found
          FROM z)
        SELECT p.found, p.name, p.last_seq, p.first_seq, p.joined_seq, p.cleared_before, p.read_seq, p.last_ms,
               p.id, %s
        FROM p LEFT JOIN messages m ON m.conversation = p.id AND m.seq = p.shown
        WHERE p.preceding < ? ORDER BY p.last_ms DESC, p.id DESC\
        """.formatted(MessageRow.columns("m."));

    private static final int MESSAGE = 10;
    private static final int MOST_ENTRIES = 1_000;
    private static final Pattern CURSOR = Pattern.compile("([0-9a-z]{1,12})-([0-9a-z]{1,12})");
    private static final int RADIX = 36;

    /** The position of a conversation in the order of the list. */
    private record Position(long lastMs, long id) {
        static final Position BEGIN = new Position(Long.MAX_VALUE, Long.MAX_VALUE);

        static Optional<Position> of(String cursor) {
            if (cursor.isEmpty()) {
                return Optional.of(BEGIN);
            }
            Matcher parts = CURSOR.matcher(cursor);
            return parts.matches()
                    ? Optional.of(
                            new Position(Long.parseLong(parts.group(1), RADIX), Long.parseLong(parts.group(2), RADIX)))
                    : Optional.empty();
        }

        String cursor() {
            return Long.toString(lastMs, RADIX) + "-" + Long.toString(id, RADIX);
        }
    }

    private record Row(long candidates, Position position, Entry entry) {}

    private final Database database;

    Listing(Database database) {
        this.database = database;
    }

    Reply<Entries> list(Reader reader, long changedSinceMs, int limit, String cursor) throws SQLException {
        Optional<Position> position = Position.of(cursor);
        if (position.isEmpty()) {
            return new Reply.Refused<>("invalid cursor");
        }
        long since = changedSinceMs <= 0 ? 0 : Math.max(0, changedSinceMs - OVERLAP.toMillis());
        int wanted = Math.clamp(limit, 1, MOST_ENTRIES);
        List<Row> rows = database.read(c -> Parameters.list(
                c,
                SQL,
                Listing::row,
                reader.tenant(),
                reader.user(),
                since,
                since,
                position.get().lastMs(),
                position.get().lastMs(),
                position.get().id(),
                wanted + 1,
                Pages.MOST_BYTES));
        List<Row> page = rows.size() > wanted ? rows.subList(0, wanted) : rows;
        boolean more = !page.isEmpty() && page.getFirst().candidates() > page.size();
        List<Entry> entries = new ArrayList<>(page.size());
        page.forEach(row -> entries.add(row.entry()));
        return new Reply.Ok<>(
                new Entries(entries, more ? page.getLast().position().cursor() : ""));
    }

    private static Row row(ResultSet row) throws SQLException {
        ConversationRef conversation = ConversationRef.ofId(row.getString(2))
                .orElseThrow(() -> new SQLException("a conversation's name cannot be read"));
        long floor = Math.max(row.getLong(4) - 1, Math.max(row.getLong(5), row.getLong(6)));
        Access access = new Access(row.getLong(9), row.getLong(3), floor, row.getLong(7), true);
        row.getLong(MESSAGE);
        @Nullable StoredMessage last = row.wasNull() ? null : MessageRow.read(row, MESSAGE, conversation);
        return new Row(
                row.getLong(1),
                new Position(row.getLong(8), access.id()),
                new Entry(
                        conversation.id(),
                        last,
                        access.unread(),
                        access.lastSeq(),
                        access.readSeq(),
                        access.firstSeq()));
    }
}
