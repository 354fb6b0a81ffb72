package io.mics.store;

import io.mics.conversation.Conversations;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class PostgresWriterTest extends WriterContract {
    @Override
    MessageWriter writer() {
        return SharedPostgres.ONE.writer();
    }

    @Override
    MessageWriter second() {
        return SharedPostgres.TWO.writer();
    }

    @Override
    Conversations conversations() {
        return SharedPostgres.ONE.conversations();
    }

    @Override
    void refuse(String clientMsgId) {
        try (Connection c = DriverManager.getConnection(SharedPostgres.URL);
                Statement s = c.createStatement()) {
            s.execute("ALTER TABLE messages DROP CONSTRAINT IF EXISTS refused");
            s.execute("ALTER TABLE messages ADD CONSTRAINT refused CHECK (client_msg_id <> '" + clientMsgId + "')");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
