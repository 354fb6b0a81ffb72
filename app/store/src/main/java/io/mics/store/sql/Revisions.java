package io.mics.store.sql;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recall and edit: which of two at one time holds is decided by the row of the message. */
final class Revisions {
    private static final String ONE_NOT_RECALLED =
            " WHERE conversation = ? AND seq = ? AND message_id = ? AND recalled_ms IS NULL RETURNING "
                    + MessageRow.columns("");
    private static final String RECALL =
            "UPDATE messages SET body = ?, headers = NULL, recalled_ms = ?, recalled_by = ?" + ONE_NOT_RECALLED;
    private static final String EDIT =
            "UPDATE messages SET body = ?, edited_ms = ?, version = COALESCE(version, 0) + 1" + ONE_NOT_RECALLED;
    private static final String ONE =
            "SELECT " + MessageRow.columns("") + " FROM messages WHERE conversation = ? AND seq = ? AND message_id = ?";

    private final Database database;
    private final String changed;

    Revisions(Database database) {
        this.database = database;
        changed = "UPDATE conversations SET changed_ms = " + database.dialect().nowMs() + " WHERE id = ?";
    }

    Reply<StoredMessage> recall(Reader reader, StoredMessage message, long nowMs) throws SQLException {
        return change(reader, message, RECALL, new byte[0], nowMs, reader.user());
    }

    Reply<StoredMessage> edit(Reader reader, StoredMessage message, ByteString body, long nowMs) throws SQLException {
        Reply<StoredMessage> reply = change(reader, message, EDIT, body.toByteArray(), nowMs, null);
        return reply instanceof Reply.Ok<StoredMessage> ok && ok.value().isRecalled()
                ? new Reply.Refused<>(AckReason.EDIT_WINDOW_OVER)
                : reply;
    }

    private Reply<StoredMessage> change(
            Reader reader, StoredMessage message, String update, byte[] body, long nowMs, @Nullable String by)
            throws SQLException {
        ConversationRef conversation = message.conversation();
        return database.write(c -> {
            Optional<Access> access = Access.find(c, reader, conversation).filter(Access::exists);
            if (access.isEmpty()) {
                return new Reply.NotFound<>();
            }
            long id = access.get().id();
            Object[] which = {id, message.seq(), message.messageId()};
            Object[] values = by == null
                    ? new Object[] {body, nowMs, which[0], which[1], which[2]}
                    : new Object[] {body, nowMs, by, which[0], which[1], which[2]};
            Optional<StoredMessage> changed =
                    Parameters.first(c, update, row -> MessageRow.read(row, 1, conversation), values);
            if (changed.isPresent()) {
                touch(c, id);
                return new Reply.Ok<>(changed.get());
            }
            return Parameters.first(c, ONE, row -> MessageRow.read(row, 1, conversation), which)
                    .<Reply<StoredMessage>>map(Reply.Ok::new)
                    .orElseGet(Reply.NotFound::new);
        });
    }

    private void touch(Connection c, long conversation) throws SQLException {
        Parameters.update(c, changed, conversation);
    }
}
