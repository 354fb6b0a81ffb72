package io.mics.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.embedded.EmbeddedDialect;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.store.postgres.PostgresDialect;
import io.mics.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What readers ask is answered from indexes, however much is stored. */
@Tag("engine")
@Timeout(240)
class PlanTest {
    private static final long ID = 40_000_000L;

    @TempDir
    Path folder;

    private static final String NUMBERS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ";

    /** 1 000 conversations with 60 messages each, the ids of which ascend with their positions. */
    private static void fill(Connection c, String hash, String bytes) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute(NUMBERS.formatted(1_000) + "INSERT INTO conversations (tenant, name, kind, last_seq, last_ms)"
                    + " SELECT 't', 'single:a:b' || i, 1, 60, i FROM n");
            s.execute(NUMBERS.formatted(60_000)
                    + "INSERT INTO messages (conversation, seq, message_id, created_ms, dedup, sender, device,"
                    + " client_msg_id, content_type, body) SELECT 1 + i % 1000, 1 + i / 1000, i * 1000, i, " + hash
                    + ", 'a', 'd', 'm' || i, 'text', " + bytes + " FROM n WHERE i < 60000");
            s.execute(NUMBERS.formatted(1_000) + "INSERT INTO members (tenant, user_id, conversation) SELECT 't', 'b'"
                    + " || i, i FROM n UNION ALL SELECT 't', CASE WHEN i < 30 THEN 'a' ELSE"
                    + " 'a' || i END, i FROM n");
            s.execute("ANALYZE");
        }
    }

    private static String plan(Connection c, String explain, String sql, Object... values) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = Parameters.set(c.prepareStatement(explain + " " + sql), values);
                ResultSet rows = statement.executeQuery()) {
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                lines.add(rows.getString(last));
            }
        }
        return String.join("\n", lines);
    }

    private static List<String> plans(Connection c, String explain, Dialect dialect) throws SQLException {
        Object hash = dialect.hash(new byte[16]);
        return List.of(
                plan(c, explain, Access.SQL, "a", "t", "single:a:b7"),
                plan(c, explain, Pages.AFTER, 7L, 20L, 61L, "a", 51, 7L, 1L << 22),
                plan(c, explain, Listing.SQL, "t", "a", 0L, 0L, 1L << 60, 1L << 60, 1L << 60, 21, 1L << 22),
                plan(c, explain, Lookups.BY_ID, ID, "t"),
                plan(c, explain, Lookups.BY_KEY, hash, "a"),
                plan(c, explain, Lookups.BY_NAME, 7L, 10L, "m7", "a"),
                plan(c, explain, Lookups.CREATED_BEFORE, 7L, 10L, 30L, 5L),
                plan(c, explain, Memberships.PAGE, "t", "single:a:b7", "", 11),
                plan(c, explain, DeviceCursors.MISSED, "d", "t", "a", 1_000),
                plan(c, explain, DeviceCursors.EXPIRED, 1L, 200));
    }

    @Test
    void postgresReadsNoTableWhole() throws SQLException, StoreRefusedException {
        String url = PostgresServer.shared().newDatabase();
        Store.open(new StoreSettings(url, "", "", 3, "", 1, 1), NodePart.fixed(0))
                .close();
        try (Connection c = DriverManager.getConnection(url)) {
            fill(c, "md5(i::text)::uuid", "'body'::bytea");
            try (Statement s = c.createStatement()) {
                s.execute("VACUUM messages"); // summarises the index by id, as autovacuum does
                s.execute("SET enable_seqscan = off"); // these tables are small enough to be read whole
            }
            List<String> plans = plans(c, "EXPLAIN", new PostgresDialect());
            assertThat(plans)
                    .allSatisfy(plan -> assertThat(plan)
                            .doesNotContain("Seq Scan on messages")
                            .doesNotContain("Seq Scan on conversations")
                            .doesNotContain("Seq Scan on members")
                            .doesNotContain("Seq Scan on device"));
            assertThat(String.join("\n", plans))
                    .contains("messages_pkey", "messages_dedup", "messages_id", "conversations_name", "members_pkey");
            String found = plan(c, "EXPLAIN (ANALYZE, BUFFERS)", Lookups.BY_ID, ID, "t");
            assertThat(found).contains("messages_id").contains("rows=1");
        }
    }

    @Test
    void theFileIsSearchedByIndexes() throws SQLException, StoreRefusedException {
        Store.open(new StoreSettings("", "", "", 3, folder.toString(), 1, 1), NodePart.fixed(0))
                .close();
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("mics.db"))) {
            fill(c, "CAST('0123456789' || i AS blob)", "CAST('body' AS blob)");
            assertThat(plans(c, "EXPLAIN QUERY PLAN", new EmbeddedDialect()))
                    .allSatisfy(plan -> assertThat(plan.lines()
                                    .filter(line -> line.matches(
                                            "SCAN (m|c|d|h|x|messages|members|conversations|devices)\\b.*")))
                            .as(plan)
                            .isEmpty());
        }
    }
}
