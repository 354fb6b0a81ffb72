package io.mics.store.sql;

import io.mics.conversation.Conversations.ReadMark;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a reader changes for itself alone: how far it has read, what it removed, what it hid. */
final class Pointers {
    /** Messages hidden by one request; what is beyond is ignored. */
    static final int MOST_HIDDEN = 1_000;

    private final Database database;
    private final String read;
    private final String clear;
    private final String add;
    private final String touch;

    Pointers(Database database) {
        this.database = database;
        String now = database.dialect().nowMs();
        read = "UPDATE members SET read_seq = ?, changed_ms = " + now
                + " WHERE tenant = ? AND user_id = ? AND conversation = ? AND read_seq < ?";
        clear = "UPDATE members SET cleared_before = ?, changed_ms = " + now
                + " WHERE tenant = ? AND user_id = ? AND conversation = ? AND cleared_before < ?";
        add = "INSERT INTO members (tenant, user_id, conversation, changed_ms) VALUES (?, ?, ?, " + now
                + ") ON CONFLICT (tenant, user_id, conversation) DO NOTHING";
        touch = "UPDATE members SET changed_ms = " + now + " WHERE tenant = ? AND user_id = ? AND conversation = ?";
    }

    Reply<ReadMark> markRead(Reader reader, ConversationRef conversation, long seq) throws SQLException {
        Optional<Access> found = database.read(c -> Access.find(c, reader, conversation));
        if (found.isEmpty()) {
            return new Reply.NotFound<>();
        }
        Access access = found.get();
        long target = Math.min(seq, access.lastSeq());
        boolean pointed = access.member() && !(conversation instanceof ConversationRef.World);
        if (!pointed || target <= access.readSeq()) {
            return new Reply.Ok<>(mark(access, access.readSeq(), false));
        }
        boolean moved = database.write(c -> move(c, reader, access, read, target));
        if (moved) {
            return new Reply.Ok<>(mark(access, target, true));
        }
        // another device of the reader's was faster
        return database.read(c -> Access.find(c, reader, conversation))
                .<Reply<ReadMark>>map(now -> new Reply.Ok<>(mark(now, now.readSeq(), false)))
                .orElseGet(Reply.NotFound::new);
    }

    private static ReadMark mark(Access access, long readSeq, boolean moved) {
        long unread = access.unread(readSeq);
        return new ReadMark(readSeq, unread, access.lastSeq(), moved);
    }

    Reply<Boolean> clear(Reader reader, ConversationRef conversation, long upToSeq) throws SQLException {
        Optional<Access> found = database.read(c -> Access.find(c, reader, conversation));
        if (found.isEmpty()) {
            return new Reply.NotFound<>();
        }
        Access access = found.get();
        long target = Math.min(upToSeq, access.lastSeq());
        boolean clears = access.member() || conversation instanceof ConversationRef.World;
        if (!access.exists() || !clears || target <= 0) {
            return new Reply.Ok<>(false);
        }
        return new Reply.Ok<>(database.write(c -> {
            boolean moved = move(c, reader, access, clear, target);
            if (moved) {
                Parameters.update(
                        c,
                        "DELETE FROM message_hidden WHERE conversation = ? AND user_id = ? AND seq <= ?",
                        access.id(),
                        reader.user(),
                        target);
            }
            return moved;
        }));
    }

    /** Moves a pointer forward; whether it was behind. A reader of world may have no row yet. */
    private boolean move(Connection c, Reader reader, Access access, String update, long to) throws SQLException {
        if (!access.member()) {
            Parameters.update(c, add, reader.tenant(), reader.user(), access.id());
        }
        return Parameters.update(c, update, to, reader.tenant(), reader.user(), access.id(), to) > 0;
    }

    Reply<Boolean> hide(Reader reader, ConversationRef conversation, List<Long> seqs) throws SQLException {
        Optional<Access> found = database.read(c -> Access.find(c, reader, conversation));
        if (found.isEmpty()) {
            return new Reply.NotFound<>();
        }
        Access access = found.get();
        List<Long> there = seqs.stream()
                .filter(access::covers)
                .distinct()
                .sorted()
                .limit(MOST_HIDDEN)
                .toList();
        if (there.isEmpty()) {
            return new Reply.Ok<>(false);
        }
        return new Reply.Ok<>(database.write(c -> {
            int hidden = 0;
            try (PreparedStatement insert = c.prepareStatement("""
                INSERT INTO message_hidden (conversation, user_id, seq)
                SELECT m.conversation, ?, m.seq FROM messages m WHERE m.conversation = ? AND m.seq = ?
                ON CONFLICT (conversation, user_id, seq) DO NOTHING\
                """)) {
                for (Long seq : there) {
                    hidden += Parameters.set(insert, reader.user(), access.id(), seq)
                            .executeUpdate();
                }
            }
            if (hidden > 0) {
                Parameters.update(c, touch, reader.tenant(), reader.user(), access.id());
            }
            return hidden > 0;
        }));
    }
}
