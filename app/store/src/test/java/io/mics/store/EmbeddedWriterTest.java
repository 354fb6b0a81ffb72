package io.mics.store;

import io.mics.conversation.Conversations;
import io.mics.store.engine.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedWriterTest extends WriterContract {
    @TempDir
    static Path folder;

    private static Store store;

    @BeforeAll
    static void open() {
        store = Databases.open(Databases.embedded(folder), 0);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    MessageWriter writer() {
        return store.writer();
    }

    @Override
    MessageWriter second() {
        return store.writer();
    }

    @Override
    Conversations conversations() {
        return store.conversations();
    }

    @Override
    void refuse(String clientMsgId) {
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mics.db"));
                Statement s = c.createStatement()) {
            s.execute("CREATE TRIGGER refused BEFORE INSERT ON messages WHEN NEW.client_msg_id = '" + clientMsgId
                    + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
