package io.mics.loadtest.durable;

import com.google.protobuf.ByteString;
import io.mics.loadtest.cluster.BodyMarker;
import io.mics.loadtest.cluster.ClientSocket;
import io.mics.loadtest.cluster.ClientSocket.Input;
import io.mics.loadtest.durable.check.RunHistory;
import io.mics.loadtest.durable.check.Stored;
import io.mics.loadtest.durable.check.Views;
import io.mics.loadtest.durable.check.Views.Line;
import io.mics.loadtest.durable.check.Views.View;
import io.mics.loadtest.history.Cast.Device;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The truth at the end: what every user is told who asks for everything, and what the tables hold. */
final class FinalReading {
    private static final int READERS = 4;
    private static final int PAGE = 200;

    private static final String MESSAGES = """
        SELECT c.tenant, c.name, m.seq, m.message_id, m.sender, m.device, m.client_msg_id, m.body
        FROM messages m JOIN conversations c ON c.id = m.conversation ORDER BY c.tenant, c.name, m.seq\
        """;
    private static final String CONVERSATIONS = "SELECT tenant, name, last_seq FROM conversations";
    private static final String MEMBERS = """
        SELECT c.tenant, c.name, m.user_id, m.read_seq
        FROM members m JOIN conversations c ON c.id = m.conversation WHERE m.left_ms = 0 AND c.last_seq > 0\
        """;

    private final RunHistory history;

    FinalReading(RunHistory history) {
        this.history = history;
    }

    /** Connects every user's first device to a node, and reads everything. */
    Views asUsers(int port) throws IOException, InterruptedException {
        Views views = new Views();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int user = 0; user < history.cast().users(); user++) {
                Device device = history.cast().devicesOf(user).getFirst();
                View view = views.of(user);
                all.add(readers.submit(() -> {
                    asUser(port, device, view);
                    return view;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a user cannot read: " + e.getCause(), e);
        }
        return views;
    }

    private void asUser(int port, Device device, View view) throws IOException {
        try (ClientSocket socket = ClientSocket.dial(port, device)) {
            if (!(socket.read() instanceof Input.Frame first && first.frame().hasConnectAck())) {
                throw new IOException(device + " is not let in");
            }
            String cursor = "";
            do {
                Conversations page = list(socket, cursor);
                for (Conversation line : page.getConversationsList()) {
                    int talk = history.talks().number(device.tenant(), line.getConversationId());
                    if (talk < 0) {
                        history.oddity(device, "is listed " + line.getConversationId());
                    } else {
                        view.line(new Line(talk, line.getUnread(), line.getLastSeq(), line.getReadSeq()));
                        read(socket, device, talk, line.getConversationId(), view);
                    }
                }
                cursor = page.getNextCursor();
            } while (!cursor.isEmpty());
        }
    }

    private static Conversations list(ClientSocket socket, String cursor) throws IOException {
        socket.send(ClientFrame.newBuilder()
                .setConversations(ListConversations.newBuilder().setLimit(PAGE).setCursor(cursor))
                .build());
        ServerFrame answer = answer(socket);
        if (!answer.hasConversations()) {
            throw new IOException("no list but " + answer);
        }
        return answer.getConversations();
    }

    private void read(ClientSocket socket, Device device, int talk, String name, View view) throws IOException {
        long after = 0;
        boolean more = true;
        while (more) {
            socket.send(ClientFrame.newBuilder()
                    .setSync(SyncRequest.newBuilder()
                            .setConversationId(name)
                            .setAfterSeq(after)
                            .setLimit(PAGE))
                    .build());
            ServerFrame answer = answer(socket);
            if (!answer.hasSyncResult()) {
                throw new IOException("no page but " + answer);
            }
            SyncResult page = answer.getSyncResult();
            for (MessageDelivery message : page.getMessagesList()) {
                BodyMarker said =
                        BodyMarker.read(message.getMessage().getMsgBody()).orElse(new BodyMarker(-1, 0, 0));
                if (history.cast().has(said.sender())) {
                    view.message(
                            talk,
                            message.getSeq(),
                            RunHistory.key(said.sender(), said.number()),
                            message.getMessageId());
                } else {
                    history.oddity(device, "reads what nobody sent in " + name + " at " + message.getSeq());
                }
                after = message.getSeq();
            }
            more = page.getHasMore() && page.getMessagesCount() > 0;
        }
    }

    private static ServerFrame answer(ClientSocket socket) throws IOException {
        while (true) {
            switch (socket.read()) {
                case Input.Closed closed -> throw new IOException("closed " + closed.code() + " " + closed.reason());
                case Input.Frame input -> {
                    // other devices of the user have left, but word of their last marks may still come
                    if (!input.frame().hasConversationUpdate()) {
                        return input.frame();
                    }
                }
            }
        }
    }

    /** Reads the tables themselves. */
    Stored ofDatabase(String url) throws SQLException {
        Stored stored = new Stored();
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            each(connection, CONVERSATIONS, row -> {
                int talk = talk(row);
                if (talk >= 0) {
                    stored.conversation(talk, row.getLong(3));
                }
            });
            each(connection, MESSAGES, row -> message(row, stored));
            each(connection, MEMBERS, row -> member(row, stored));
            connection.rollback();
        }
        return stored;
    }

    /** Takes one row. */
    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    private static void each(Connection connection, String query, Row row) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10_000);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    row.take(rows);
                }
            }
        }
    }

    private int talk(ResultSet row) throws SQLException {
        int talk = history.talks().number(row.getString(1), row.getString(2));
        if (talk < 0) {
            history.oddity("the database", "has " + row.getString(1) + " " + row.getString(2));
        }
        return talk;
    }

    private void message(ResultSet row, Stored stored) throws SQLException {
        int talk = talk(row);
        if (talk < 0) {
            return;
        }
        BodyMarker said = BodyMarker.read(ByteString.copyFrom(row.getBytes(8))).orElse(new BodyMarker(-1, 0, 0));
        boolean right = history.cast().has(said.sender());
        if (right) {
            Device sender = history.cast().devices().get(said.sender());
            right = sender.tenant().equals(row.getString(1))
                    && sender.userId().equals(row.getString(5))
                    && sender.deviceId().equals(row.getString(6))
                    && MessageName.of(said.sender(), said.number()).equals(row.getString(7));
        }
        if (right) {
            stored.message(talk, row.getLong(3), RunHistory.key(said.sender(), said.number()), row.getLong(4));
        } else {
            history.oddity("the database", "has " + row.getString(7) + " of " + row.getString(5) + ": " + said);
        }
    }

    private void member(ResultSet row, Stored stored) throws SQLException {
        int talk = talk(row);
        if (talk < 0) {
            return;
        }
        String user = row.getString(3);
        String tenant = row.getString(1);
        history.cast().devices().stream()
                .filter(device ->
                        device.tenant().equals(tenant) && device.userId().equals(user))
                .findFirst()
                .ifPresentOrElse(
                        device -> stored.member(device.user(), talk, readSeq(row)),
                        () -> history.oddity("the database", "has a member " + tenant + "/" + user));
    }

    private static long readSeq(ResultSet row) {
        try {
            return row.getLong(4);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
