package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.testing.KafkaBroker;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.engine.Store;
import io.mics.testing.PostgresServer;
import io.mics.testing.RedisServer;
import io.mics.testing.ServerProcess;
import io.mics.testing.node.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of the database, the log and the roles of an installation with a durable tenant. */
@Timeout(180)
@Tag("engine")
class DoctorDurableTest {
    private static final String PORTS = "port: 0\ninternal-port: 0\ngrpc-port: 0\ncluster: {token: between-us}\n";
    private static final String TENANT =
            "tenants: {t1: {messages: durable," + " hooks: {base-url: \"http://127.0.0.1:1\"}}}";

    @TempDir
    private Path dir;

    private String said = "";

    private int examined(String mics) throws IOException {
        return examined(mics, TENANT);
    }

    private int examined(String mics, String tenants) throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), "ws: {max-tcp-connections: 10}\n" + PORTS + mics);
        Files.writeString(dir.resolve("tenants.yaml"), tenants);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Doctor.run(dir, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));
        said = out.toString(StandardCharsets.UTF_8);
        return code;
    }

    private static String store(String url) {
        return "store: {url: \"" + url + "\"}\n";
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static String first(String url, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement();
                var rows = s.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private static void makeSchema(String url) throws Exception {
        Store.open(new StoreSettings(url, "", "", 3, "", 10, 1_000), NodePart.fixed(0))
                .close();
    }

    @Test
    void aDatabaseIsLookedOverAndLeftAsItIs() throws Exception {
        String url = PostgresServer.shared().newDatabase();
        examined(store(url));
        assertThat(said)
                .containsPattern("OK   store.url: jdbc:postgresql://127.0.0.1:\\d+/\\w+ is PostgreSQL \\d+, where the"
                        + " next start makes the schema; a commit takes \\d+\\.\\d ms")
                .containsPattern("OK   clock: at most \\d+ ms from the clock of the database")
                .doesNotContain("FAIL store");
        assertThat(first(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo("0");

        makeSchema(url);
        String newest = first(url, "SELECT version FROM schema_history ORDER BY installed_rank DESC LIMIT 1");
        examined(store(url));
        assertThat(said).contains("OK   store.url: ", ", schema version " + newest + "; a commit takes ");

        execute(url, "DELETE FROM schema_history WHERE version = '" + newest + "'");
        examined(store(url));
        assertThat(said)
                .contains("WARN store.url: ", ", which the next start brings to " + newest + ": after that, releases")
                .contains("fix: back it up before that start");
    }

    @Test
    void aDatabaseThatAStartWouldRefuseFails() throws Exception {
        assertThat(examined(store("postgres://u:hunter2@127.0.0.1:" + RedisServer.freePort() + "/d")))
                .isEqualTo(1);
        assertThat(said).contains("FAIL store.url: ", "cannot be reached").doesNotContain("hunter2");

        String url = PostgresServer.shared().newDatabase();
        makeSchema(url);
        execute(
                url,
                "INSERT INTO schema_history (installed_rank, version, description, type, script, checksum,"
                        + " installed_by, execution_time, success)"
                        + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, true)");
        assertThat(examined(store(url))).isEqualTo(1);
        assertThat(said).contains("FAIL store.url: ", "has schema version 99, of a later release");

        String readOnly = PostgresServer.shared().newDatabase();
        execute(
                readOnly,
                "ALTER DATABASE " + first(readOnly, "SELECT current_database()")
                        + " SET default_transaction_read_only = on");
        assertThat(examined(store(readOnly))).isEqualTo(1);
        assertThat(said).contains("FAIL store.url: ", " takes no writes");

        String noRights = PostgresServer.shared().newDatabase();
        execute(noRights, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        execute(noRights, "CREATE ROLE visitor_of_doctor LOGIN");
        assertThat(examined(store(noRights.replace("user=postgres", "user=visitor_of_doctor"))))
                .isEqualTo(1);
        assertThat(said).contains("FAIL store.url: ", "lets visitor_of_doctor make no tables in the schema public");
    }

    @Test
    void aFolderIsLookedOverAndNotMade(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("data");
        examined("store: {folder: \"" + folder + "\"}\n");
        assertThat(said)
                .containsPattern("OK   store.folder: '.*' will have a database, where the next start makes the schema;"
                        + " a commit takes \\d+\\.\\d ms");
        assertThat(parent).isEmptyDirectory();

        Path file = Files.createFile(parent.resolve("file"));
        assertThat(examined("store: {folder: \"" + file + "\"}\n")).isEqualTo(1);
        assertThat(said).contains("FAIL store.folder: '" + file + "' cannot be written");

        Store.open(new StoreSettings("", "", "", 3, folder.toString(), 10, 1_000), NodePart.fixed(0))
                .close();
        examined("store: {folder: \"" + folder + "\"}\n");
        assertThat(said).containsPattern("OK   store.folder: '.*' has a database, schema version \\d+");
    }

    @Test
    void aFolderOfAServerThatRunsIsNoFailure(@TempDir Path other) throws Exception {
        String folder = "store: {folder: \"" + dir.resolve("data") + "\"}\n";
        try (ServerProcess server = ServerProcess.start(other, folder, TENANT)) {
            assertThat(server.port()).isPositive();
            examined(folder);
            assertThat(said)
                    .contains("WARN store.folder: ", "is in use by another process")
                    .contains("fix: nothing, if it is this server that runs")
                    .doesNotContain("FAIL store");
        }
    }

    @Test
    void topicsAreAskedAboutAndNotCreated() throws Exception {
        try (KafkaBroker broker = KafkaBroker.running();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
            String kafka = "bootstrap-servers: \"" + broker.bootstrapServers() + "\"";
            examined("kafka: {" + kafka + "}\nstore: {folder: \"" + dir.resolve("data") + "\"}\n");
            assertThat(said)
                    .contains("OK   Kafka: answers")
                    .contains("WARN Kafka topics of tenant t1: im-mics-t1-upstream, im-mics-t1-persisted,"
                            + " im-mics-t1-fanout: the replication factor is 1")
                    .doesNotContain("FAIL Kafka");
            assertThat(admin.listTopics().names().get()).noneMatch(name -> name.startsWith("im-mics-t1"));

            String refuse = "kafka: {" + kafka + ", create-topics: false}\n";
            assertThat(examined(refuse)).isEqualTo(1);
            assertThat(said)
                    .contains("FAIL Kafka topics of tenant t1: im-mics-t1-upstream is not there, and"
                            + " kafka.create-topics is false");
        }
    }

    @Test
    void aGatewayWithoutAStoreLooksForANodeThatHasOne() throws Exception {
        assertThat(examined("roles: [gateway, admin]\n")).isEqualTo(1);
        assertThat(said).contains("FAIL roles: is without pipeline, and some tenant's messages are durable");
        try (RedisServer redis = RedisServer.running();
                KafkaBroker broker = KafkaBroker.running()) {
            String shared = "redis: {uri: \"" + redis.uri() + "\"}\nkafka: {bootstrap-servers: \""
                    + broker.bootstrapServers() + "\"}\n";
            examined("roles: [gateway, admin]\n" + shared);
            assertThat(said).contains("WARN roles: without pipeline, and no node answers that has it: no node of the");

            assertThat(examined(shared)).isEqualTo(1);
            assertThat(said).contains("FAIL store.url: is empty: with Redis configured there may be other nodes");

            int link = RedisServer.freePort();
            String database = PostgresServer.shared().newDatabase();
            try (TestGateway pipeline = TestGateway.startNode(
                    "node-2",
                    TENANT,
                    "roles: [pipeline]\ninternal-port: " + RedisServer.freePort() + "\ngrpc-port: " + link
                            + "\npublic-endpoint: 127.0.0.1:" + link + "\ndrain-timeout: 500ms\ncluster: {token:"
                            + " between-us}\n" + shared + store(database))) {
                assertThat(pipeline.port()).as("it serves no client").isZero();
                examined("roles: [gateway, admin]\n" + shared);
                assertThat(said).contains("OK   roles: without pipeline, which another node has, of 1 that run");
            }
        }
    }

    @Test
    void aWriteAheadLogNeedsARedisThatLosesNothing() throws Exception {
        String tenant = TENANT.replace("messages: durable", "messages: durable, durable: {wal: fallback}");
        try (RedisServer redis = RedisServer.running();
                KafkaBroker kafka = KafkaBroker.running()) {
            String both = "redis: {uri: \"" + redis.uri() + "\"}\nkafka: {bootstrap-servers: \""
                    + kafka.bootstrapServers() + "\"}\n";
            examined(both, tenant);
            assertThat(said).contains("WARN tenants.t1.durable.wal: Redis has appendonly no, not yes");
            redis.command("CONFIG", "SET", "appendonly", "yes");
            redis.command("CONFIG", "SET", "appendfsync", "always");
            examined(both, tenant);
            assertThat(said).contains("OK   tenants.t1.durable.wal");
        }
        examined("", tenant);
        assertThat(said).contains("FAIL tenants.t1.durable.wal: is not off, which takes redis.uri");
    }
}
