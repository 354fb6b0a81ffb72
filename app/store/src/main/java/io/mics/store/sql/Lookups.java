package io.mics.store.sql;

import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Single messages: by id, by the sender's name, by time. */
final class Lookups {
    /** Messages of first-protocol clients are looked for by name among so many of the newest. */
    static final int NEWEST = 1_000;
    /** How many messages stamps may be out of order by. */
    static final int DISORDER = 200;

    /** The message first: a database that took the tenant's conversations first would look for it in each of them. */
    static final String BY_ID = "WITH found AS MATERIALIZED (SELECT * FROM messages m WHERE m.message_id = ?)"
            + " SELECT c.name, " + MessageRow.columns("f.")
            + " FROM found f JOIN conversations c ON c.id = f.conversation WHERE c.tenant = ?";

    static final String BY_KEY =
            "SELECT " + MessageRow.columns("m.") + " FROM messages m WHERE m.dedup = ? AND m.sender = ?";
    static final String BY_NAME = "SELECT " + MessageRow.columns("m.")
            + " FROM messages m WHERE m.conversation = ? AND m.seq > ? AND m.client_msg_id = ? AND m.sender = ?"
            + " ORDER BY m.seq DESC LIMIT 1";
    private static final String HIDDEN =
            "SELECT 1 FROM message_hidden WHERE conversation = ? AND user_id = ? AND seq = ?";
    private static final String CREATED = "SELECT created_ms FROM messages WHERE conversation = ? AND seq = ?";
    static final String CREATED_BEFORE = """
        SELECT max(k.seq) FROM (SELECT m.seq, m.created_ms FROM messages m
          WHERE m.conversation = ? AND m.seq > ? AND m.seq <= ?) k WHERE k.created_ms < ?\
        """;

    private record Named(ConversationRef conversation, StoredMessage message) {}

    private final Database database;

    Lookups(Database database) {
        this.database = database;
    }

    Reply<StoredMessage> byId(Reader reader, long messageId) throws SQLException {
        return database.read(c -> {
            List<Named> named = Parameters.list(
                    c,
                    BY_ID,
                    row -> {
                        ConversationRef conversation = ConversationRef.ofId(row.getString(1))
                                .orElseThrow(() -> new SQLException("a conversation's name cannot be read"));
                        return new Named(conversation, MessageRow.read(row, 2, conversation));
                    },
                    messageId,
                    reader.tenant());
            for (Named candidate : named) {
                Optional<Access> access = Access.find(c, reader, candidate.conversation());
                if (access.isPresent() && isVisible(c, reader, access.get(), candidate.message())) {
                    return new Reply.Ok<>(candidate.message());
                }
            }
            return new Reply.NotFound<>();
        });
    }

    Reply<StoredMessage> byName(Reader reader, ConversationRef conversation, String clientMsgId) throws SQLException {
        return database.read(c -> {
            Optional<Access> access = Access.find(c, reader, conversation).filter(Access::exists);
            if (access.isEmpty()) {
                return new Reply.NotFound<>();
            }
            Object key = database.dialect()
                    .hash(Dedup.bytes(Dedup.of(reader.tenant(), conversation, reader.user(), clientMsgId)));
            long id = access.get().id();
            Optional<StoredMessage> found =
                    Parameters.first(c, BY_KEY, row -> MessageRow.read(row, 1, conversation), key, reader.user());
            if (found.isEmpty()) {
                found = Parameters.first(
                        c,
                        BY_NAME,
                        row -> MessageRow.read(row, 1, conversation),
                        id,
                        access.get().lastSeq() - NEWEST,
                        clientMsgId,
                        reader.user());
            }
            return found.isPresent() && isVisible(c, reader, access.get(), found.get())
                    ? new Reply.Ok<>(found.get())
                    : new Reply.NotFound<>();
        });
    }

    private static boolean isVisible(Connection c, Reader reader, Access access, StoredMessage message)
            throws SQLException {
        return access.covers(message.seq())
                && Parameters.first(c, HIDDEN, row -> true, access.id(), reader.user(), message.seq())
                        .isEmpty();
    }

    /** Stamps ascend but for what clocks of nodes differ: so halves of what is left, and then a look around. */
    Reply<Long> lastSeqBefore(Reader reader, ConversationRef conversation, long timeMs) throws SQLException {
        return database.read(c -> {
            Optional<Access> found = Access.find(c, reader, conversation);
            if (found.isEmpty()) {
                return new Reply.NotFound<>();
            }
            Access access = found.get();
            long low = access.floor();
            long high = access.lastSeq() + 1;
            while (high - low > 1) {
                long middle = low + (high - low) / 2;
                Optional<Long> created = Parameters.first(c, CREATED, row -> row.getLong(1), access.id(), middle);
                if (created.isPresent() && created.get() >= timeMs) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            if (!access.exists()) {
                return new Reply.Ok<>(0L);
            }
            return new Reply.Ok<>(Parameters.first(
                            c,
                            CREATED_BEFORE,
                            row -> row.getLong(1),
                            access.id(),
                            Math.max(access.floor(), low - DISORDER),
                            Math.min(access.lastSeq(), low + DISORDER),
                            timeMs)
                    .orElse(0L));
        });
    }
}
