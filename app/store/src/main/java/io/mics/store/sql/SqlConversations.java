package io.mics.store.sql;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.Reply;
import io.mics.observe.Log;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.sql.SQLException;
import java.util.List;

/** Stored conversations, asked of the database. A database that is away or slow is an answer, never an exception. */
public final class SqlConversations implements Conversations {
    private static final Log LOG = Log.of(SqlConversations.class);

    /** A text with U+0000 in it. */
    private static final String NOT_A_TEXT = "22021";

    private final Pages pages;
    private final Listing listing;
    private final Pointers pointers;
    private final Revisions revisions;
    private final Lookups lookups;
    private final Memberships memberships;
    private final DeviceCursors cursors;

    /** Conversations of this database, whose schema is there. */
    public SqlConversations(Database database) {
        pages = new Pages(database);
        listing = new Listing(database);
        pointers = new Pointers(database);
        revisions = new Revisions(database);
        lookups = new Lookups(database);
        memberships = new Memberships(database);
        cursors = new DeviceCursors(database);
    }

    @FunctionalInterface
    private interface Question<T> {
        Reply<T> ask() throws SQLException;
    }

    private static <T> Reply<T> answer(Question<T> question) {
        try {
            return question.ask();
        } catch (SQLException e) {
            if (NOT_A_TEXT.equals(e.getSQLState())) { // what cannot be stored is not there
                return new Reply.NotFound<>();
            }
            return new Reply.Unavailable<>(cause(e));
        } catch (RuntimeException e) {
            LOG.error("conversations_failed", e);
            return new Reply.Unavailable<>(e.getClass().getSimpleName());
        }
    }

    private static String cause(SQLException e) {
        return "SQL state " + e.getSQLState() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public Reply<Page> after(Reader reader, ConversationRef conversation, long afterSeq, int limit) {
        return answer(() -> pages.after(reader, conversation, afterSeq, limit));
    }

    @Override
    public Reply<Entries> list(Reader reader, long changedSinceMs, int limit, String cursor) {
        return answer(() -> listing.list(reader, changedSinceMs, limit, cursor));
    }

    @Override
    public Reply<ReadMark> markRead(Reader reader, ConversationRef conversation, long seq) {
        return answer(() -> pointers.markRead(reader, conversation, seq));
    }

    @Override
    public Reply<StoredMessage> find(Reader reader, long messageId) {
        return answer(() -> lookups.byId(reader, messageId));
    }

    @Override
    public Reply<StoredMessage> find(Reader reader, ConversationRef conversation, String clientMsgId) {
        return answer(() -> lookups.byName(reader, conversation, clientMsgId));
    }

    @Override
    public Reply<StoredMessage> recall(Reader reader, StoredMessage message, long nowMs) {
        return answer(() -> revisions.recall(reader, message, nowMs));
    }

    @Override
    public Reply<StoredMessage> edit(Reader reader, StoredMessage message, ByteString body, long nowMs) {
        return answer(() -> revisions.edit(reader, message, body, nowMs));
    }

    @Override
    public Reply<Boolean> hide(Reader reader, ConversationRef conversation, List<Long> seqs) {
        return answer(() -> pointers.hide(reader, conversation, seqs));
    }

    @Override
    public Reply<Boolean> clear(Reader reader, ConversationRef conversation, long upToSeq) {
        return answer(() -> pointers.clear(reader, conversation, upToSeq));
    }

    @Override
    public Reply<Long> lastSeqBefore(Reader reader, ConversationRef conversation, long timeMs) {
        return answer(() -> lookups.lastSeqBefore(reader, conversation, timeMs));
    }

    @Override
    public Reply<Boolean> isMember(String tenant, ConversationRef.Group group, String user) {
        return answer(() -> memberships.isMember(tenant, group, user));
    }

    @Override
    public Reply<Members> members(String tenant, ConversationRef.Group group, String after, int limit) {
        return answer(() -> memberships.members(tenant, group, after, limit));
    }

    @Override
    public Reply<Boolean> join(String tenant, ConversationRef.Group group, List<String> users) {
        return answer(() -> memberships.join(tenant, group, users));
    }

    @Override
    public Reply<Boolean> leave(String tenant, ConversationRef.Group group, List<String> users) {
        return answer(() -> memberships.leave(tenant, group, users));
    }

    @Override
    public Reply<Missed> missed(Reader reader, String device, int limit) {
        return answer(() -> cursors.missed(reader, device, limit));
    }

    @Override
    public Reply<Boolean> advance(String tenant, List<Given> given) {
        return answer(() -> cursors.advance(tenant, given));
    }

    @Override
    public Reply<Boolean> forgetDevice(Reader reader, String device) {
        return answer(() -> cursors.forget(reader, device));
    }
}
