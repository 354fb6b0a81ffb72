package io.mics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.testing.PostgresServer;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said about a database that cannot be used. */
@Tag("engine")
@Timeout(120)
class StoreOpeningTest {
    @TempDir
    Path folder;

    private static String refusal(StoreSettings settings) {
        StoreRefusedException refused = catchThrowableOfType(
                StoreRefusedException.class,
                () -> Store.open(settings, NodePart.fixed(0)).close());
        assertThat(refused).isNotNull();
        String message = Objects.requireNonNull(refused.getMessage());
        assertThat(message.lines()).hasSize(1);
        return refused.key() + " " + message;
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static final String LATER =
            "INSERT INTO schema_history (installed_rank, version, description, type, script, checksum, installed_by,"
                    + " execution_time, success) VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, ";

    @Test
    void aDatabaseOfALaterReleaseIsRefused() throws SQLException {
        String url = PostgresServer.shared().newDatabase();
        Databases.open(Databases.postgres(url), 0).close();
        Databases.open(Databases.postgres(url), 0).close();
        execute(url, LATER + "true)");
        assertThat(refusal(Databases.postgres(url))).startsWith("store.url ").contains("schema version 99, of a later");

        Databases.open(Databases.embedded(folder), 0).close();
        execute("jdbc:sqlite:" + folder.resolve("mics.db"), LATER + "1)");
        assertThat(refusal(Databases.embedded(folder)))
                .startsWith("store.folder ")
                .contains("schema version 99");
    }

    @Test
    void nodesThatStartAtOneTimeMakeTheSchemaOnce() throws Exception {
        String url = PostgresServer.shared().newDatabase();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Store>> opening = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int node = i;
                opening.add(threads.submit(() -> Databases.open(Databases.postgres(url), node)));
            }
            for (Future<Store> store : opening) {
                store.get().close();
            }
        }
    }

    @Test
    void anAddressWhereNobodyListensAndALoginThatIsWrongAreNamed() throws SQLException {
        String url = "postgres://u:hunter2@127.0.0.1:" + RedisServer.freePort() + "/d";
        assertThat(refusal(Databases.postgres(url)))
                .startsWith("store.url jdbc:postgresql://127.0.0.1:")
                .contains("cannot be reached")
                .doesNotContain("hunter2");
        int port = PostgresServer.shared().port();
        assertThat(refusal(Databases.postgres("postgres://nobody:hunter2@127.0.0.1:" + port + "/postgres")))
                .contains("refuses the login of user 'nobody'")
                .doesNotContain("hunter2");
        assertThat(refusal(Databases.postgres("postgres://postgres@127.0.0.1:" + port + "/none")))
                .contains("is not there: create the database");
    }

    @Test
    void aDatabaseInAnotherEncodingIsRefused() {
        PostgresServer.shared()
                .execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        int port = PostgresServer.shared().port();
        assertThat(refusal(Databases.postgres("postgres://postgres@127.0.0.1:" + port + "/latin")))
                .contains("has the encoding LATIN1; UTF8 is needed");
    }

    @Test
    void aFolderThatIsAFileOrInUseIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(refusal(Databases.embedded(file)))
                .startsWith("store.folder '")
                .contains("cannot be written");
        try (Store store = Databases.open(Databases.embedded(folder.resolve("data")), 0)) {
            assertThat(folder.resolve("data").resolve("mics.db")).isRegularFile();
            assertThat(store.writers()).isEqualTo(1);
            assertThat(refusal(Databases.embedded(folder.resolve("data")))).contains("is in use by this process");
        }
        Databases.open(Databases.embedded(folder.resolve("data")), 0).close();
    }

    @Test
    void aThirdOfTheConnectionsStoreMessagesButNoMoreThanThereAreWriters() throws SQLException, StoreRefusedException {
        StoreSettings nine = Databases.postgres(PostgresServer.shared().newDatabase());
        try (Store store = Store.open(nine, NodePart.fixed(0))) {
            assertThat(store.writers()).isEqualTo(nine.poolSize() / 3).isGreaterThan(1);
        }
        try (Store store = Store.open(nine, NodePart.fixed(0), 1)) {
            assertThat(store.writers()).isEqualTo(1);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        Files.writeString(folder.resolve("mics.db"), "this is no database at all, but a text".repeat(300));
        assertThat(refusal(Databases.embedded(folder))).startsWith("store.folder ");
    }

    @Test
    void theServerOfTheTestsWritesToTheDisk() throws SQLException {
        try (Connection c = DriverManager.getConnection(PostgresServer.shared().newDatabase());
                Statement s = c.createStatement();
                var rows = s.executeQuery("SELECT current_setting('fsync'), current_setting('synchronous_commit')")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1) + rows.getString(2)).isEqualTo("onon");
        }
    }
}
