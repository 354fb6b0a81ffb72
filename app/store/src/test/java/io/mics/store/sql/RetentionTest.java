package io.mics.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.store.MessageWriter.Result;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.embedded.EmbeddedDialect;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    /** More than are looked at together. */
    private static final int CONVERSATIONS = 201;

    @TempDir
    Path folder;

    /** The file, of which one write fails. */
    private final class FailingOnce implements Database {
        int reads;
        int writes;

        @Override
        public <T> T read(Work<T> work) throws SQLException {
            reads++;
            return on(work);
        }

        @Override
        public <T> T write(Work<T> work) throws SQLException {
            if (++writes == CONVERSATIONS) {
                throw new SQLException("planted");
            }
            return on(work);
        }

        private <T> T on(Work<T> work) throws SQLException {
            try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mics.db"))) {
                return work.on(c);
            }
        }

        @Override
        public Dialect dialect() {
            return new EmbeddedDialect();
        }

        @Override
        public void close() {}
    }

    private static NewMessage message(int conversation, String id) {
        ConversationRef of = ConversationRef.ofUsers("a", "u" + conversation);
        return new NewMessage("t", of, "a", "d", id, id, "", "text", ByteString.EMPTY, Map.of(), "trace", 1, false);
    }

    @Test
    void aPassThatFailedGoesOnWhereItStopped() throws SQLException, StoreRefusedException {
        try (Store store =
                Store.open(new StoreSettings("", "", "", 9, folder.toString(), 10_000, 16 << 20), NodePart.fixed(0))) {
            List<NewMessage> messages = new ArrayList<>();
            for (int i = 0; i < CONVERSATIONS; i++) {
                messages.add(message(i, "m1"));
                messages.add(message(i, "m2"));
            }
            assertThat(store.writer().write(messages)).isInstanceOf(Result.Committed.class);
            FailingOnce database = new FailingOnce();
            Retention retention = new Retention(database);
            assertThatThrownBy(() -> retention.apply("t", Duration.ZERO, 1, 0)).hasMessage("planted");
            database.reads = 0;
            assertThat(retention.apply("t", Duration.ZERO, 1, 0)).isEqualTo(1);
            assertThat(database.reads).isEqualTo(1);
            assertThat(retention.apply("t", Duration.ZERO, 1, 0)).isZero();
            assertThat(database.reads).as("the next begins anew").isEqualTo(3);
        }
    }
}
