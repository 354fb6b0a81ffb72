package io.mics.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes messages that became too old, or too many in a conversation: in small transactions, so that nobody waits for
 * long. What is gone is always the oldest part of a conversation, whose {@code first_seq} says where it begins now; so
 * readers see no hole. Blocks for the database; one thread of the cluster is enough, more do no harm.
 */
public final class Retention {
    /** Messages deleted by one transaction. */
    private static final int MOST_DELETED = 500;
    /** Conversations looked at together. */
    private static final int PAGE = 200;

    /** With the stamp of the oldest message, which mostly says that there is nothing to do. */
    static final String CONVERSATIONS = """
        SELECT c.name, c.id, c.first_seq, c.last_seq, m.created_ms
        FROM (SELECT * FROM conversations x WHERE x.tenant = ? AND x.name > ? ORDER BY x.name LIMIT ?) c
        LEFT JOIN messages m ON m.conversation = c.id AND m.seq = c.first_seq ORDER BY c.name\
        """;

    private static final String TOO_OLD = """
        SELECT count(*) FROM (SELECT m.seq FROM messages m
          WHERE m.conversation = ? AND m.seq >= ? AND m.seq < ? AND m.created_ms < ?) k\
        """;
    private static final String DELETE = "DELETE FROM messages WHERE conversation = ? AND seq < ? AND seq >= ?";
    private static final String DELETE_HIDDEN = """
        DELETE FROM message_hidden WHERE conversation = ? AND seq < ? AND user_id IN
          (SELECT user_id FROM members WHERE conversation = ?)\
        """;
    private static final String ADVANCE = "UPDATE conversations SET first_seq = ? WHERE id = ? AND first_seq < ?";

    private record Row(String name, long id, long firstSeq, long lastSeq, long oldestMs) {}

    private final Database database;
    /** Of tenants whose last pass did not come to its end, the conversation up to which it came. */
    private final Map<String, String> unfinished = new ConcurrentHashMap<>();

    /** Retention of this database. */
    public Retention(Database database) {
        this.database = database;
    }

    /**
     * Deletes what of a tenant is older than {@code age}, and what is beyond {@code most} messages of a conversation.
     * Stops between two transactions when its thread is interrupted; what failed or stopped goes on with the same
     * conversations the next time.
     *
     * @param age  zero keeps every age
     * @param most 0 keeps every number
     * @return how many messages were deleted
     */
    public long apply(String tenant, Duration age, int most, long nowMs) throws SQLException {
        long deleted = 0;
        String after = unfinished.getOrDefault(tenant, "");
        while (!Thread.currentThread().isInterrupted()) {
            String from = after;
            List<Row> rows = database.read(c -> Parameters.list(
                    c,
                    CONVERSATIONS,
                    row -> new Row(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
                    tenant,
                    from,
                    PAGE));
            for (Row row : rows) {
                boolean old = !age.isZero() && row.oldestMs() < nowMs - age.toMillis();
                boolean many = most > 0 && row.lastSeq() - row.firstSeq() >= most;
                if (old || many) {
                    deleted += apply(row, age, most, nowMs);
                }
            }
            if (rows.size() < PAGE) {
                unfinished.remove(tenant);
                break;
            }
            after = rows.getLast().name();
            unfinished.put(tenant, after);
        }
        return deleted;
    }

    /** Forgets up to where devices were given conversations that were not seen since then; how many devices. */
    public long forgetDevicesUnseenSince(long timeMs) throws SQLException {
        return new DeviceCursors(database).forgetUnseenSince(timeMs);
    }

    private long apply(Row row, Duration age, int most, long nowMs) throws SQLException {
        long deleted = 0;
        long first = row.firstSeq();
        while (!Thread.currentThread().isInterrupted()) {
            long firstRetained = most == 0 ? 0 : row.lastSeq() - most + 1;
            long end = Math.min(first + MOST_DELETED, row.lastSeq() + 1);
            long to = Math.min(end, Math.max(first, firstRetained));
            if (!age.isZero() && to < end) {
                to = oldUntil(row.id(), first, end, nowMs - age.toMillis());
                to = Math.max(to, Math.min(end, firstRetained));
            }
            if (to <= first) {
                return deleted;
            }
            deleted += delete(row.id(), first, to);
            first = to;
        }
        return deleted;
    }

    /** Up to where messages are too old: stamps ascend but for what clocks differ, so the oldest part is a count. */
    private long oldUntil(long conversation, long first, long end, long beforeMs) throws SQLException {
        return first
                + database.read(
                        c -> Parameters.first(c, TOO_OLD, row -> row.getLong(1), conversation, first, end, beforeMs)
                                .orElse(0L));
    }

    private long delete(long conversation, long first, long to) throws SQLException {
        return database.write(c -> {
            // the conversation first, as writers do: nobody waits in a circle
            Parameters.update(c, ADVANCE, to, conversation, to);
            Parameters.update(c, DELETE_HIDDEN, conversation, to, conversation);
            return (long) Parameters.update(c, DELETE, conversation, to, first);
        });
    }
}
