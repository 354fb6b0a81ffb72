package io.mics.store.sql;

import io.mics.conversation.Conversations.Members;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Who is in a stored group. Changes of one group take turns by the row of its conversation. */
final class Memberships {
    private static final int GROUP = 2;
    private static final int MOST_MEMBERS = 10_000;

    private static final String FIND = "SELECT id, last_seq FROM conversations WHERE tenant = ? AND name = ?";
    private static final String COUNT = "UPDATE conversations SET member_count = (SELECT count(*) FROM members m WHERE"
            + " m.conversation = conversations.id AND m.left_ms = 0) WHERE id = ?";
    private static final String IS_MEMBER = """
        SELECT 1 FROM conversations c JOIN members m ON m.conversation = c.id
        WHERE c.tenant = ? AND c.name = ? AND m.tenant = c.tenant AND m.user_id = ? AND m.left_ms = 0\
        """;
    static final String PAGE = """
        SELECT m.user_id FROM conversations c JOIN members m ON m.conversation = c.id
        WHERE c.tenant = ? AND c.name = ? AND m.user_id > ? AND m.left_ms = 0
        ORDER BY m.user_id LIMIT ?\
        """;

    private record Row(long id, long lastSeq) {}

    private final Database database;
    private final String create;
    private final String join;
    private final String leave;

    Memberships(Database database) {
        this.database = database;
        String now = database.dialect().nowMs();
        create = "INSERT INTO conversations (tenant, name, kind, changed_ms) VALUES (?, ?, " + GROUP + ", " + now
                + ") ON CONFLICT (tenant, name) DO NOTHING";
        join = "INSERT INTO members (tenant, user_id, conversation, joined_seq, changed_ms) VALUES (?, ?, ?, ?, " + now
                + ") ON CONFLICT (tenant, user_id, conversation) DO UPDATE SET joined_seq = excluded.joined_seq,"
                + " changed_ms = excluded.changed_ms, left_ms = 0 WHERE members.left_ms <> 0";
        leave = "UPDATE members SET left_ms = " + now + ", changed_ms = " + now
                + " WHERE tenant = ? AND user_id = ? AND conversation = ? AND left_ms = 0";
    }

    Reply<Boolean> isMember(String tenant, ConversationRef.Group group, String user) throws SQLException {
        return database.read(c -> new Reply.Ok<>(Parameters.first(c, IS_MEMBER, row -> true, tenant, group.id(), user)
                .isPresent()));
    }

    Reply<Members> members(String tenant, ConversationRef.Group group, String after, int limit) throws SQLException {
        int wanted = Math.clamp(limit, 1, MOST_MEMBERS);
        List<String> users = database.read(
                c -> Parameters.list(c, PAGE, row -> row.getString(1), tenant, group.id(), after, wanted + 1));
        return new Reply.Ok<>(
                users.size() > wanted
                        ? new Members(List.copyOf(users.subList(0, wanted)), users.get(wanted - 1))
                        : new Members(users, ""));
    }

    Reply<Boolean> join(String tenant, ConversationRef.Group group, List<String> users) throws SQLException {
        return new Reply.Ok<>(database.write(c -> {
            Optional<Row> found = lock(c, tenant, group);
            if (found.isEmpty()) {
                Parameters.update(c, create, tenant, group.id());
                found = lock(c, tenant, group);
            }
            Row row = found.orElseThrow(() -> new SQLException("the conversation is not there"));
            int joined = 0;
            try (PreparedStatement insert = c.prepareStatement(join)) {
                for (String user : users.stream().distinct().sorted().toList()) {
                    joined += Parameters.set(insert, tenant, user, row.id(), row.lastSeq())
                            .executeUpdate();
                }
            }
            return joined > 0 && count(c, row.id());
        }));
    }

    Reply<Boolean> leave(String tenant, ConversationRef.Group group, List<String> users) throws SQLException {
        return new Reply.Ok<>(database.write(c -> {
            Optional<Row> found = lock(c, tenant, group);
            if (found.isEmpty()) {
                return false;
            }
            int left = 0;
            try (PreparedStatement update = c.prepareStatement(leave)) {
                for (String user : users.stream().distinct().sorted().toList()) {
                    left += Parameters.set(update, tenant, user, found.get().id())
                            .executeUpdate();
                }
            }
            return left > 0 && count(c, found.get().id());
        }));
    }

    private Optional<Row> lock(Connection c, String tenant, ConversationRef.Group group) throws SQLException {
        return Parameters.first(
                c,
                FIND + database.dialect().forUpdate(),
                row -> new Row(row.getLong(1), row.getLong(2)),
                tenant,
                group.id());
    }

    private static boolean count(Connection c, long conversation) throws SQLException {
        return Parameters.update(c, COUNT, conversation) > 0;
    }
}
