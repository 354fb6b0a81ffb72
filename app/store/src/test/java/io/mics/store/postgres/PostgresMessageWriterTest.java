package io.mics.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.store.MessageWriter;
import io.mics.store.MessageWriter.Result;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.Written;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.store.sql.Batch;
import io.mics.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the one statement does when the database has other ideas. Each test has a database of its own. */
@Tag("engine")
@Timeout(120)
class PostgresMessageWriterTest {
    private static final ConversationRef AB = ConversationRef.ofUsers("a", "b");

    private final String url = PostgresServer.shared().newDatabase();
    private Store store;

    @BeforeEach
    void open() throws StoreRefusedException {
        store = Store.open(new StoreSettings(url, "", "", 3, "", 1, 1), NodePart.fixed(0));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static NewMessage message(String id) {
        return new NewMessage(
                "t", AB, "a", "d", id, id, "", "text", ByteString.copyFromUtf8("x"), Map.of(), "", 1, false);
    }

    private static List<NewMessage> many(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> message(prefix + i)).toList();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            for (String statement : statements) {
                s.execute(statement);
            }
        }
    }

    private static List<Long> seqs(Result result) {
        assertThat(result).isInstanceOf(Result.Committed.class);
        return ((Result.Committed) result)
                .written().stream()
                        .map(written -> ((Written.Stored) written).message().seq())
                        .toList();
    }

    /** Has the database fail in the middle of a transaction, after numbers were given, {@code times} times. */
    private void fail(String state, int times) throws SQLException {
        execute(
                "CREATE SEQUENCE failures",
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF NEW.seq % 10 = 7 AND nextval('failures') <= " + times + " THEN"
                        + " RAISE EXCEPTION 'planted' USING ERRCODE = '" + state + "'; END IF; RETURN NEW; END $$",
                "CREATE TRIGGER fail BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION fail()");
    }

    @Test
    void aTransactionThatFailsInTheMiddleIsRepeatedAndLeavesNoGap() throws SQLException {
        fail("40001", 3);
        List<Long> all = new ArrayList<>(seqs(store.writer().write(many("m", 20))));
        all.addAll(seqs(store.writer().write(many("n", 20))));
        assertThat(all).isEqualTo(LongStream.rangeClosed(1, 40).boxed().toList());
    }

    @Test
    void aDeadlockIsRepeated() throws SQLException {
        fail("40P01", 1);
        assertThat(seqs(store.writer().write(many("m", 10)))).hasSize(10);
    }

    @Test
    void aFullAReadOnlyAndASlowDatabaseStoreNothingAndSaySo() throws SQLException {
        fail("53100", 1);
        assertThat(store.writer().write(many("m", 10))).isInstanceOf(Result.NotCommitted.class);
        execute("ALTER TABLE messages DISABLE TRIGGER fail");
        execute("ALTER DATABASE " + url.replaceAll(".*/|\\?.*", "") + " SET default_transaction_read_only = on");
        store.close();
        try (PostgresDatabase readOnly =
                PostgresDatabase.forWriters(new io.mics.store.DatabaseAddress(url, "", ""), 1)) {
            MessageWriter writer =
                    new PostgresMessageWriter(readOnly, io.mics.store.MessageIdGenerator.of(NodePart.fixed(0)));
            assertThat(writer.write(many("m", 10))).isInstanceOf(Result.NotCommitted.class);
        }
    }

    @Test
    void aRowThatSomebodyHoldsForTooLongStoresNothing() throws SQLException {
        assertThat(seqs(store.writer().write(many("m", 1)))).containsExactly(1L);
        try (Connection other = DriverManager.getConnection(url);
                Statement s = other.createStatement()) {
            other.setAutoCommit(false);
            s.execute("UPDATE conversations SET changed_ms = 1");
            assertThat(store.writer().write(many("n", 1))).isInstanceOf(Result.NotCommitted.class);
            other.rollback();
        }
        assertThat(seqs(store.writer().write(many("n", 1)))).containsExactly(2L);
    }

    @Test
    void storingReadsNoConversationWholeHoweverLongItIs() throws SQLException {
        assertThat(seqs(store.writer().write(many("m", 400)))).hasSize(400);
        List<NewMessage> next = many("n", 50);
        try (Connection c = DriverManager.getConnection(url)) {
            try (Statement s = c.createStatement()) {
                s.execute("SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off");
            }
            String sql = PostgresMessageWriter.statement(new PostgresDialect());
            try (PreparedStatement explain = c.prepareStatement("EXPLAIN " + sql)) {
                List<Long> ids = LongStream.range(0, 50).boxed().toList();
                PostgresMessageWriter.set(c, explain, new Batch(next, ids).items());
                List<String> plan = new ArrayList<>();
                try (ResultSet rows = explain.executeQuery()) {
                    while (rows.next()) {
                        plan.add(rows.getString(1));
                    }
                }
                String text = String.join("\n", plan);
                assertThat(text)
                        .contains("Index Scan using messages_dedup on messages x", "Index Cond: (dedup = b.dedup)")
                        .doesNotContain("messages_pkey")
                        .doesNotContain("Seq Scan");
            }
        }
    }
}
