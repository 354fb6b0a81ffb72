package io.mics.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.store.MessageIdGenerator;
import io.mics.store.MessageWriter.Result;
import io.mics.store.NodePart;
import io.mics.store.Written;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchWriterTest {
    private static final ConversationRef AB = ConversationRef.ofUsers("a", "b");

    /** Says what an error means by its SQL state. */
    private static final class NamedFailures implements Dialect {
        @Override
        public String forUpdate() {
            return "";
        }

        @Override
        public String nowMs() {
            return "";
        }

        @Override
        public Object hash(byte[] hash) {
            return hash;
        }

        @Override
        public Failure failure(SQLException e) {
            return Failure.valueOf(e.getSQLState());
        }
    }

    /** A database that refuses a batch with a poisoned message, and is away for one with message {@code away}. */
    private static final class Planted extends BatchWriter {
        final List<String> stored = new ArrayList<>();

        Planted() {
            super(MessageIdGenerator.of(NodePart.fixed(0)), new NamedFailures());
        }

        @Override
        protected void store(Batch batch, List<Batch.Item> items) throws SQLException {
            List<String> ids =
                    items.stream().map(item -> item.message().clientMsgId()).toList();
            if (ids.contains("poison")) {
                throw new SQLException("planted", "NEVER");
            }
            if (ids.contains("away")) {
                throw new SQLException("planted", "AWAY");
            }
            stored.addAll(ids);
            items.forEach(item -> batch.put(item, new Written.Stored(item.stored(1), false)));
        }
    }

    private static List<NewMessage> batch(String... ids) {
        List<NewMessage> messages = new ArrayList<>();
        for (String id : ids) {
            messages.add(new NewMessage(
                    "t", AB, "a", "d", id, id, "", "text", ByteString.EMPTY, Map.of(), "trace", 1, false));
        }
        return messages;
    }

    @Test
    void aBatchOfWhichOneHalfIsStoredWhenTheDatabaseGoesAwayIsUnknown() {
        Planted writer = new Planted();
        assertThat(writer.write(batch("m1", "m2", "poison", "away"))).isInstanceOf(Result.Unknown.class);
        assertThat(writer.stored).containsExactly("m1", "m2");
    }

    @Test
    void aBatchOfWhichNothingIsStoredWhenTheDatabaseGoesAwayIsNotCommitted() {
        Planted writer = new Planted();
        assertThat(writer.write(batch("m1", "away", "m2", "poison"))).isInstanceOf(Result.NotCommitted.class);
        assertThat(writer.stored).isEmpty();
    }
}
