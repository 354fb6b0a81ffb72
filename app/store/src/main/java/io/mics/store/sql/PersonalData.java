package io.mics.store.sql;

import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What is stored of one user: all of it to be handed out, or to be taken away. Works in small transactions and may be
 * repeated: what was done stays done. Blocks for the database.
 */
public final class PersonalData {
    private static final int PAGE = 200;

    private static final String MEMBERSHIPS = """
        SELECT c.id, c.name, m.joined_seq, m.read_seq, m.cleared_before, m.left_ms
        FROM members m JOIN conversations c ON c.id = m.conversation
        WHERE m.tenant = ? AND m.user_id = ? AND m.conversation > ? AND c.kind <> 3 ORDER BY m.conversation LIMIT ?\
        """;
    private static final String WORLD = "SELECT id FROM conversations WHERE tenant = ? AND name = ?";
    private static final String SENT = "SELECT " + MessageRow.columns("m.")
            + " FROM messages m WHERE m.conversation = ? AND m.seq > ? AND m.seq <= ? AND m.sender = ? ORDER BY m.seq";
    private static final String END = "SELECT last_seq FROM conversations WHERE id = ?";
    private static final String ERASE = """
        UPDATE messages SET body = ?, headers = NULL, device = '', recalled_ms = COALESCE(recalled_ms, ?),
          recalled_by = COALESCE(recalled_by, ?)
        WHERE conversation = ? AND seq > ? AND seq <= ? AND sender = ? AND (octet_length(body) > 0 OR device <> '')\
        """;
    private static final String CHANGED = "UPDATE conversations SET changed_ms = %s WHERE id = ?";
    private static final String HIDDEN = "DELETE FROM message_hidden WHERE conversation = ? AND user_id = ?";
    private static final String LEAVE = "DELETE FROM members WHERE tenant = ? AND user_id = ? AND conversation = ?";
    private static final String COUNT = "UPDATE conversations SET member_count ="
            + " (SELECT count(*) FROM members m WHERE m.conversation = conversations.id AND m.left_ms = 0)"
            + " WHERE id = ? AND kind = 2";

    /** Messages looked at by one transaction. */
    private static final int STEP = 500;

    /**
     * A conversation that a user is or was in.
     *
     * @param leftMs when it left, in milliseconds since 1970; 0 when it is in there
     */
    public record Membership(
            ConversationRef conversation, long joinedSeq, long readSeq, long clearedBefore, long leftMs) {}

    /** Gets what is stored of a user: each membership, then the messages it sent there. */
    public interface Export {
        void membership(Membership membership);

        void message(StoredMessage message);
    }

    private record Row(long id, Membership membership) {}

    private final Database database;

    /** Of this database. */
    public PersonalData(Database database) {
        this.database = database;
    }

    /** Hands out all that is stored of a user. */
    public void export(String tenant, String user, Export to) throws SQLException {
        each(tenant, user, row -> {
            to.membership(row.membership());
            long end = end(row.id());
            for (long from = 0; from < end; from += STEP) {
                long begin = from;
                sent(row, user, begin, begin + STEP).forEach(to::message);
            }
        });
    }

    /**
     * Takes away all that is stored of a user: its messages become tombstones without body, headers and device, which
     * keep their numbers so that nobody sees a hole; its memberships, devices, pointers and what it hid are gone. Its
     * id stays in the names of conversations of two and with its tombstones, because the other side's history refers to
     * it.
     *
     * @return how many messages became empty
     */
    public long erase(String tenant, String user, long nowMs) throws SQLException {
        long[] erased = {0};
        each(tenant, user, row -> {
            long end = end(row.id());
            for (long from = 0; from < end; from += STEP) {
                long begin = from;
                erased[0] += database.write(c -> {
                    int changed =
                            Parameters.update(c, ERASE, new byte[0], nowMs, user, row.id(), begin, begin + STEP, user);
                    if (changed > 0) {
                        Parameters.update(
                                c, CHANGED.formatted(database.dialect().nowMs()), row.id());
                    }
                    return changed;
                });
            }
            database.write(c -> {
                Parameters.update(c, HIDDEN, row.id(), user);
                Parameters.update(c, LEAVE, tenant, user, row.id());
                return Parameters.update(c, COUNT, row.id());
            });
        });
        database.write(c -> {
            DeviceCursors.forgetAll(c, tenant, user);
            return true;
        });
        return erased[0];
    }

    private interface Step {
        void on(Row row) throws SQLException;
    }

    private void each(String tenant, String user, Step step) throws SQLException {
        long after = 0;
        while (true) {
            long from = after;
            List<Row> rows = database.read(c -> Parameters.list(
                    c,
                    MEMBERSHIPS,
                    row -> new Row(
                            row.getLong(1),
                            new Membership(
                                    ConversationRef.ofId(row.getString(2))
                                            .orElseThrow(() -> new SQLException("a conversation's name")),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getLong(5),
                                    row.getLong(6))),
                    tenant,
                    user,
                    from,
                    PAGE));
            for (Row row : rows) {
                step.on(row);
            }
            if (rows.size() < PAGE) {
                break;
            }
            after = rows.getLast().id();
        }
        // everybody's, and nobody's to be a member of
        Optional<Row> world = database.read(c -> Parameters.first(
                c,
                WORLD,
                row -> new Row(row.getLong(1), new Membership(ConversationRef.WORLD, 0, 0, 0, 0)),
                tenant,
                ConversationRef.WORLD.id()));
        if (world.isPresent()) {
            step.on(world.get());
        }
    }

    private long end(long conversation) throws SQLException {
        return database.read(c -> Parameters.first(c, END, row -> row.getLong(1), conversation))
                .orElse(0L);
    }

    private List<StoredMessage> sent(Row row, String user, long above, long upTo) throws SQLException {
        return database.read(c -> Parameters.list(
                c,
                SENT,
                each -> MessageRow.read(each, 1, row.membership().conversation()),
                row.id(),
                above,
                upTo,
                user));
    }
}
