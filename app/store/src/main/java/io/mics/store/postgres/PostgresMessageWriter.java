package io.mics.store.postgres;

import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.store.MessageIdGenerator;
import io.mics.store.Written;
import io.mics.store.sql.Batch;
import io.mics.store.sql.BatchWriter;
import io.mics.store.sql.Database;
import io.mics.store.sql.Dialect;
import io.mics.store.sql.MessageRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores a batch by one statement, which is one transaction and one trip: what is stored already is left out, each
 * conversation's number is raised once, under its row's lock and in the order of names so that writers do not wait for
 * each other in circles, and the messages take the numbers that gave. Of two writers that store the same message one
 * fails by the unique index and repeats its batch; nothing is ever skipped after a number was given. What it looks up
 * it looks up row by row, in one index each ({@code LIMIT 1} leaves the planner no other choice), so that it costs the
 * same however much is stored and however old the statistics are.
 */
public final class PostgresMessageWriter extends BatchWriter {
    private static final String STORE = """
        WITH b AS MATERIALIZED (
          SELECT * FROM unnest(?::text[], ?::text[], ?::smallint[], ?::uuid[], ?::uuid[], ?::bigint[], ?::bigint[],
              ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::bytea[]) WITH ORDINALITY
            AS u (tenant, name, kind, dedup, earlier, message_id, created_ms,
              sender, other, device, client_msg_id, content_type, body, headers, ord)),
        known AS MATERIALIZED (
          SELECT k.ord, ${columns}
          FROM (SELECT ord, dedup FROM b UNION ALL SELECT ord, earlier FROM b WHERE earlier IS NOT NULL) k
          CROSS JOIN LATERAL (SELECT * FROM messages x WHERE x.dedup = k.dedup LIMIT 1) m),
        fresh AS MATERIALIZED (
          SELECT b.*, row_number() OVER (PARTITION BY b.tenant, b.name ORDER BY b.ord) AS rn,
                 count(*) OVER (PARTITION BY b.tenant, b.name) AS n
          FROM b WHERE b.ord NOT IN (SELECT ord FROM known)),
        bumped AS (
          INSERT INTO conversations AS c
            (tenant, name, kind, last_seq, last_message_id, last_ms, changed_ms, member_count)
          SELECT f.tenant, f.name, f.kind, count(*), max(f.message_id), ${now}, ${now}, 0
          FROM fresh f GROUP BY f.tenant, f.name, f.kind ORDER BY f.tenant COLLATE "C", f.name COLLATE "C"
          ON CONFLICT (tenant, name) DO UPDATE SET
            last_seq = c.last_seq + excluded.last_seq,
            last_message_id = GREATEST(c.last_message_id, excluded.last_message_id),
            last_ms = GREATEST(c.last_ms, excluded.last_ms),
            changed_ms = GREATEST(c.changed_ms, excluded.changed_ms)
          RETURNING c.id, c.tenant, c.name, c.last_seq),
        placed AS MATERIALIZED (
          SELECT f.*, u.id AS conversation, u.last_seq - f.n + f.rn AS seq, u.last_seq - f.n AS before
          FROM fresh f JOIN bumped u ON u.tenant = f.tenant AND u.name = f.name),
        stored AS (
          INSERT INTO messages (conversation, seq, message_id, created_ms, dedup, sender, device, client_msg_id,
                                content_type, body, headers)
          SELECT conversation, seq, message_id, created_ms, dedup, sender, device, client_msg_id,
                 content_type, body, headers
          FROM placed ORDER BY conversation, seq),
        pointers AS (
          INSERT INTO members AS m (tenant, user_id, conversation, joined_seq, read_seq, changed_ms)
          SELECT p.tenant, p.user_id, p.conversation, min(p.joined_seq), max(p.read_seq), ${now}
          FROM (
            SELECT tenant, sender AS user_id, conversation, before AS joined_seq, seq AS read_seq
            FROM placed WHERE kind <> 3
            UNION ALL
            SELECT DISTINCT p.tenant, p.other, p.conversation, p.before, 0::bigint FROM placed p
            WHERE p.kind = 1 AND (
              SELECT count(*) FROM (
                SELECT 1 FROM members x
                WHERE x.tenant = p.tenant AND x.user_id = p.other AND x.conversation = p.conversation LIMIT 1) y) = 0) p
          GROUP BY p.tenant, p.user_id, p.conversation
          ON CONFLICT (tenant, user_id, conversation) DO UPDATE SET read_seq = excluded.read_seq
            WHERE m.read_seq < excluded.read_seq)
        SELECT * FROM known
        UNION ALL
        SELECT ord, seq, message_id, NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea, NULL::bytea,
               NULL::bigint, NULL::bigint, NULL::integer, NULL::bigint
        FROM placed\
        """;

    /** Where the columns of a message begin, and its sender, which is null where the message is new. */
    private static final int MESSAGE = 2;

    private static final int SENDER = 4;

    private final Database database;
    private final String store;

    /** A writer of this database, whose connections plan each statement with its parameters. */
    public PostgresMessageWriter(Database database, MessageIdGenerator ids) {
        super(ids, database.dialect());
        this.database = database;
        store = statement(database.dialect());
    }

    /** The statement. */
    static String statement(Dialect dialect) {
        return STORE.replace("${now}", dialect.nowMs()).replace("${columns}", MessageRow.columns("m."));
    }

    @Override
    protected void store(Batch batch, List<Batch.Item> items) throws SQLException {
        database.read(
                c -> { // one statement is one transaction
                    try (PreparedStatement statement = c.prepareStatement(store)) {
                        set(c, statement, items);
                        try (ResultSet rows = statement.executeQuery()) {
                            read(rows, batch, items);
                        }
                    }
                    return true;
                });
    }

    static void set(Connection c, PreparedStatement statement, List<Batch.Item> items) throws SQLException {
        Columns columns = new Columns(c, statement, items);
        columns.texts(NewMessage::tenant);
        columns.texts(message -> message.conversation().id());
        columns.add("int2", item -> kind(item.message().conversation()));
        columns.add("uuid", Batch.Item::dedup);
        columns.add("uuid", Batch.Item::earlier);
        columns.add("int8", Batch.Item::id);
        columns.add("int8", item -> item.message().acceptedMs());
        columns.texts(NewMessage::sender);
        columns.texts(PostgresMessageWriter::other);
        columns.texts(NewMessage::device);
        columns.texts(NewMessage::clientMsgId);
        columns.texts(NewMessage::contentType);
        columns.bytes(item -> item.message().body().toByteArray());
        columns.bytes(item -> MessageRow.headers(item.message().headers()));
    }

    private static void read(ResultSet rows, Batch batch, List<Batch.Item> items) throws SQLException {
        int outcomes = 0;
        while (rows.next()) {
            Batch.Item item = items.get((int) rows.getLong(1) - 1);
            boolean known = rows.getString(SENDER) != null;
            batch.put(
                    item,
                    known
                            ? new Written.Stored(
                                    MessageRow.read(
                                            rows, MESSAGE, item.message().conversation()),
                                    true)
                            : new Written.Stored(item.stored(rows.getLong(MESSAGE)), false));
            outcomes++;
        }
        if (outcomes < items.size()) {
            throw new SQLException("a message without a row");
        }
    }

    private static Short kind(ConversationRef conversation) {
        return switch (conversation) {
            case ConversationRef.Single single -> 1;
            case ConversationRef.Group group -> 2;
            case ConversationRef.World world -> 3;
        };
    }

    private static @Nullable String other(NewMessage message) {
        return message.conversation() instanceof ConversationRef.Single single ? single.other(message.sender()) : null;
    }

    /** The columns of a batch, one array each. */
    private static final class Columns {
        private final Connection connection;
        private final PreparedStatement statement;
        private final List<Batch.Item> items;
        private int at;

        Columns(Connection connection, PreparedStatement statement, List<Batch.Item> items) {
            this.connection = connection;
            this.statement = statement;
            this.items = items;
        }

        void texts(Function<NewMessage, @Nullable String> text) throws SQLException {
            add("text", item -> text.apply(item.message()));
        }

        void add(String type, Function<Batch.Item, @Nullable Object> value) throws SQLException {
            @Nullable Object[] values = new @Nullable Object[items.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(items.get(i));
            }
            statement.setArray(++at, connection.createArrayOf(type, values));
        }

        void bytes(Function<Batch.Item, byte @Nullable []> value) throws SQLException {
            byte[] @Nullable [] values = new byte[items.size()] @Nullable [];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(items.get(i));
            }
            statement.setArray(++at, connection.createArrayOf("bytea", values));
        }
    }
}
