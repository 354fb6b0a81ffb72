package io.mics.store.embedded;

import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.MessageIdGenerator;
import io.mics.store.Written;
import io.mics.store.sql.Batch;
import io.mics.store.sql.BatchWriter;
import io.mics.store.sql.Database;
import io.mics.store.sql.Dedup;
import io.mics.store.sql.MessageRow;
import io.mics.store.sql.Parameters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Stores a batch row by row in one transaction, of which there is one at a time. */
public final class EmbeddedMessageWriter extends BatchWriter {
    private static final String FIND = "SELECT id, last_seq FROM conversations WHERE tenant = ? AND name = ?";
    private static final String CREATE = "INSERT INTO conversations (tenant, name, kind) VALUES (?, ?, ?) RETURNING id";
    private static final String KNOWN =
            "SELECT " + MessageRow.columns("m.") + " FROM messages m WHERE m.dedup IN (?, ?) ORDER BY m.seq LIMIT 1";
    private static final String INSERT = """
        INSERT INTO messages (conversation, seq, message_id, created_ms, dedup, sender, device, client_msg_id,
                              content_type, body, headers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """;

    private final Database database;
    private final String bump;
    private final String point;

    /** The writer of this database. */
    public EmbeddedMessageWriter(EmbeddedDatabase database, MessageIdGenerator ids) {
        super(ids, database.dialect());
        this.database = database;
        String now = database.dialect().nowMs();
        bump = "UPDATE conversations SET last_seq = ?, last_message_id = max(last_message_id, ?), last_ms ="
                + " max(last_ms, "
                + now + "), changed_ms = max(changed_ms, " + now + ") WHERE id = ?";
        point = "INSERT INTO members (tenant, user_id, conversation, joined_seq, read_seq, changed_ms) VALUES (?, ?, ?,"
                + " ?, ?, " + now + ") ON CONFLICT (tenant, user_id, conversation) DO UPDATE"
                + " SET read_seq = excluded.read_seq WHERE members.read_seq < excluded.read_seq";
    }

    private record Name(String tenant, ConversationRef conversation) {}

    /** A conversation while messages are added to it. */
    private static final class Growing {
        final long id;
        final long before;
        long lastSeq;
        long lastMessageId;
        /** The newest message of each sender. */
        final Map<String, Long> pointers = new LinkedHashMap<>();

        Growing(long id, long lastSeq) {
            this.id = id;
            this.before = lastSeq;
            this.lastSeq = lastSeq;
        }
    }

    /** The statements of one transaction, each prepared once. */
    private final class Statements implements AutoCloseable {
        final PreparedStatement find;
        final PreparedStatement create;
        final PreparedStatement known;
        final PreparedStatement insert;
        final PreparedStatement bump;
        final PreparedStatement point;

        Statements(Connection c) throws SQLException {
            find = c.prepareStatement(FIND);
            create = c.prepareStatement(CREATE);
            known = c.prepareStatement(KNOWN);
            insert = c.prepareStatement(INSERT);
            bump = c.prepareStatement(EmbeddedMessageWriter.this.bump);
            point = c.prepareStatement(EmbeddedMessageWriter.this.point);
        }

        @Override
        public void close() throws SQLException {
            for (PreparedStatement statement : List.of(find, create, known, insert, bump, point)) {
                statement.close();
            }
        }
    }

    @Override
    protected void store(Batch batch, List<Batch.Item> items) throws SQLException {
        Map<Batch.Item, Written> outcomes = HashMap.newHashMap(items.size());
        database.write(c -> {
            Map<Name, Growing> growing = new LinkedHashMap<>();
            try (Statements statements = new Statements(c)) {
                for (Batch.Item item : items) {
                    Name name = new Name(item.message().tenant(), item.message().conversation());
                    Growing conversation = growing.get(name);
                    if (conversation == null) {
                        conversation = find(statements, name);
                        growing.put(name, conversation);
                    }
                    outcomes.put(item, store(statements.known, statements.insert, conversation, item));
                }
                for (Map.Entry<Name, Growing> entry : growing.entrySet()) {
                    if (entry.getValue().lastSeq > entry.getValue().before) {
                        finish(statements, entry.getKey(), entry.getValue());
                    }
                }
            }
            return true;
        });
        outcomes.forEach(batch::put);
    }

    private static Growing find(Statements statements, Name name) throws SQLException {
        String id = name.conversation().id();
        try (ResultSet rows = Parameters.set(statements.find, name.tenant(), id).executeQuery()) {
            if (rows.next()) {
                return new Growing(rows.getLong(1), rows.getLong(2));
            }
        }
        int kind = switch (name.conversation()) {
            case ConversationRef.Single single -> 1;
            case ConversationRef.Group group -> 2;
            case ConversationRef.World world -> 3;
        };
        try (ResultSet rows =
                Parameters.set(statements.create, name.tenant(), id, kind).executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("a conversation without a key");
            }
            return new Growing(rows.getLong(1), 0);
        }
    }

    private static Written store(
            PreparedStatement known, PreparedStatement insert, Growing conversation, Batch.Item item)
            throws SQLException {
        NewMessage message = item.message();
        byte[] dedup = Dedup.bytes(item.dedup());
        UUID earlier = item.earlier();
        Parameters.set(known, dedup, earlier == null ? dedup : Dedup.bytes(earlier));
        try (ResultSet rows = known.executeQuery()) {
            if (rows.next()) {
                return new Written.Stored(MessageRow.read(rows, 1, message.conversation()), true);
            }
        }
        StoredMessage stored = item.stored(++conversation.lastSeq);
        Parameters.set(
                        insert,
                        conversation.id,
                        stored.seq(),
                        stored.messageId(),
                        stored.createdMs(),
                        dedup,
                        stored.sender(),
                        stored.device(),
                        stored.clientMsgId(),
                        stored.contentType(),
                        stored.body().toByteArray(),
                        MessageRow.headers(stored.headers()))
                .executeUpdate();
        conversation.lastMessageId = stored.messageId();
        conversation.pointers.put(stored.sender(), stored.seq());
        return new Written.Stored(stored, false);
    }

    private static void finish(Statements statements, Name name, Growing conversation) throws SQLException {
        Parameters.set(statements.bump, conversation.lastSeq, conversation.lastMessageId, conversation.id)
                .executeUpdate();
        if (name.conversation() instanceof ConversationRef.World) {
            return;
        }
        if (name.conversation() instanceof ConversationRef.Single of) {
            for (String user : of.users()) {
                conversation.pointers.putIfAbsent(user, 0L);
            }
        }
        for (Map.Entry<String, Long> pointer : conversation.pointers.entrySet()) {
            Parameters.set(
                            statements.point,
                            name.tenant(),
                            pointer.getKey(),
                            conversation.id,
                            conversation.before,
                            pointer.getValue())
                    .executeUpdate();
        }
    }
}
