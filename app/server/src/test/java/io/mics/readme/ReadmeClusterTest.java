package io.mics.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.readme.Readme.Example;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.PostgresServer;
import io.mics.testing.RedisServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** README's loop of events with a real Kafka, its three nodes with a real Redis, and a durable tenant on two. */
@Timeout(600)
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class ReadmeClusterTest {
    @TempDir
    private Path folder;

    private static Example sh(String containing) {
        return Readme.example("sh", containing);
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Test
    void whatAnAbsentUserMissedComesBackFromTheBackend() throws Exception {
        try (KafkaBroker kafka = KafkaBroker.running("auto.create.topics.enable=true");
                Newcomer newcomer = new Newcomer(folder, Map.of("9092", portOf(kafka.bootstrapServers())))) {
            newcomer.follow(sh("cp -r config my-config"));
            newcomer.follow(sh("cat >my-config/tenants.yaml"));
            newcomer.start(sh("KAFKA__BOOTSTRAP_SERVERS=localhost:9092 HOOK_SECRET"));
            newcomer.awaitPort("8081");
            newcomer.start(sh("KAFKA__BOOTSTRAP_SERVERS=localhost:9092 java -jar"));
            newcomer.awaitPort("8080");
            newcomer.follow(sh("written at"));
            assertThat(newcomer.changedFiles()).as("what git sees").isEmpty();
        }
    }

    @Test
    void aGatewayWithoutADatabaseServesADurableTenant() throws Exception {
        PostgresServer database = PostgresServer.shared();
        database.execute("postgres", "CREATE ROLE mics LOGIN PASSWORD 'mics'");
        database.execute("postgres", "CREATE DATABASE mics OWNER mics");
        try (RedisServer redis = RedisServer.running();
                KafkaBroker kafka = KafkaBroker.running();
                Newcomer newcomer = new Newcomer(
                        folder,
                        Map.of(
                                "6379",
                                redis.port(),
                                "9092",
                                portOf(kafka.bootstrapServers()),
                                "5432",
                                database.port()))) {
            newcomer.patient();
            newcomer.start(sh("HOOK_GROUP_MEMBERS"));
            newcomer.awaitPort("8081");
            newcomer.follow(sh("cp -r config/three-nodes my-config/gateway"));
            newcomer.follow(sh("doctor --config my-config/pipeline"));
            newcomer.awaitText(newcomer.start(sh("NODE_ID=pipeline-1")), "\"ready\"");
            newcomer.awaitText(newcomer.start(sh("NODE_ID=gateway-1")), "\"ready\"");
            newcomer.follow(sh("stored on another node"));
            assertThat(newcomer.changedFiles()).as("what git sees").isEmpty();
        } finally {
            database.execute("postgres", "DROP DATABASE mics WITH (FORCE)");
            database.execute("postgres", "DROP ROLE mics");
        }
    }

    @Test
    void usersOfDifferentNodesWriteToEachOther() throws Exception {
        try (RedisServer redis = RedisServer.running();
                Newcomer newcomer = new Newcomer(folder, Map.of("6379", redis.port()))) {
            newcomer.start(sh("HOOK_GROUP_MEMBERS"));
            newcomer.awaitPort("8081");
            for (int node = 1; node <= 3; node++) {
                newcomer.start(sh("NODE_ID=node-" + node));
            }
            for (int node = 1; node <= 3; node++) {
                newcomer.awaitPort("800" + node);
            }
            newcomer.follow(sh("hello at"));
            assertThat(newcomer.changedFiles()).as("what git sees").isEmpty();
        }
    }
}
