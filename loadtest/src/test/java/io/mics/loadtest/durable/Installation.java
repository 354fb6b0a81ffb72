package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.FaultProxy;
import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Cast.Group;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * Gateways of durable tenants as processes, and their database: SQLite in a folder of the only node, or a PostgreSQL of
 * its own, with a Redis when there are several nodes. Clients reach each node through a wire that can be disturbed.
 */
final class Installation implements AutoCloseable {
    private static final String SECRET = "durable-secret";

    /** The leases at a third, so that a run sees them end; all processes share the processors, so waits are longer. */
    private static final String SETTINGS = """
        host: 127.0.0.1
        redis: {command-timeout: 1s}
        cluster: {link-deadline: 1s, breaker-open: 1s, node-lease: 10s, node-renewal: 3s}
        """;

    /** Until nodes have their links to each other and, of a Redis that knew none, their numbers. */
    private static final Duration TOGETHER = Duration.ofSeconds(7);

    private static final Duration SLOW = Duration.ofMillis(300);

    /** How much longer the database is stopped than anything else: also longer than appends wait. */
    private static final int DATABASE_STOPS = 4;

    /** Where conversations are stored. */
    enum Engine {
        EMBEDDED,
        POSTGRES
    }

    private record Member(GatewayProcess gateway, FaultProxy clients) {}

    private final Path folder;
    private final Path jar;
    private final ExampleBackend backend;
    private final @Nullable RedisServer redis;
    private final @Nullable Postgres postgres;
    private final int redisPort = GatewayProcess.freePort();
    private final List<Member> members = new ArrayList<>();

    /**
     * One that is not started; PostgreSQL runs already.
     *
     * @param folder takes configuration, data, logs and temporary files
     */
    Installation(Path folder, Path jar, Engine engine, int nodes, Cast cast) throws IOException {
        if (nodes > 1 && engine == Engine.EMBEDDED) {
            throw new IllegalArgumentException("several nodes need PostgreSQL");
        }
        this.folder = folder;
        this.jar = jar;
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        for (Group group : cast.groups()) {
            backend.setGroup(
                    group.groupId(),
                    group.members().stream().map(user -> cast.userId(user)).toList());
        }
        postgres = engine == Engine.POSTGRES ? new Postgres(folder.resolve("postgres")) : null;
        redis = nodes > 1
                ? RedisServer.newRedisServer()
                        .port(redisPort)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .build()
                : null;
        for (int node = 0; node < nodes; node++) {
            members.add(member(node, cast));
        }
    }

    private Member member(int node, Cast cast) throws IOException {
        Path config = Files.createDirectories(folder.resolve("node-" + node));
        Path temporary = Files.createDirectories(folder.resolve("tmp-" + node));
        String store = postgres == null ? "folder: '" + data() + "'" : "url: '" + postgres.url() + "'";
        Files.writeString(config.resolve("mics.yaml"), SETTINGS + "store: {" + store + "}\n");
        Files.writeString(config.resolve("tenants.yaml"), tenants(cast));
        int port = GatewayProcess.freePort();
        Map<String, String> environment = new HashMap<>(Map.of(
                "NODE_ID",
                "node-" + node,
                "DRAIN_TIMEOUT_SECONDS",
                "3",
                "JAVA_TOOL_OPTIONS",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=" + temporary));
        if (redis != null) {
            int link = GatewayProcess.freePort();
            environment.put("REDIS__CONNECTION", "redis://127.0.0.1:" + redisPort);
            environment.put("CLUSTER_GRPC_TOKEN", "durable-token");
            environment.put("GRPC_PORT", Integer.toString(link));
            environment.put("PUBLIC_ENDPOINT", "127.0.0.1:" + link);
            environment.put("INTERNAL_PORT", Integer.toString(GatewayProcess.freePort()));
        }
        GatewayProcess gateway =
                new GatewayProcess(jar, config, folder.resolve("node-" + node + ".log"), port, "384m", environment);
        return new Member(gateway, FaultProxy.to(port));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Tenants take turns between the two levels of acknowledgement. */
    private String tenants(Cast cast) {
        StringBuilder yaml = new StringBuilder("tenants:\n");
        List<String> tenants =
                cast.devices().stream().map(Device::tenant).distinct().toList();
        for (int i = 0; i < tenants.size(); i++) {
            yaml.append(String.format(
                    "  %s:%n    messages: durable%n    durable: {ack: %s}%n"
                            + "    hooks: {base-url: \"%s\", secret: %s, timeout: 3s, auth-timeout: 5s, "
                            + "max-concurrency: 256, queue-timeout: 1s}%n",
                    tenants.get(i), i % 2 == 0 ? "accepted" : "persisted", backend.baseUrl(), SECRET));
        }
        return yaml.toString();
    }

    void start() throws IOException, InterruptedException {
        if (redis != null) {
            redis.start();
        }
        for (Member member : members) {
            member.gateway().start();
        }
        for (Member member : members) {
            member.gateway().awaitReady();
        }
        if (members.size() > 1) {
            Thread.sleep(TOGETHER);
        }
    }

    /** Where clients reach each node. */
    List<Integer> clientPorts() {
        return members.stream().map(member -> member.clients().port()).toList();
    }

    /** Ends the nodes, each with its own good-bye; the database can be read then. */
    void stopNodes() throws IOException, InterruptedException {
        for (Member member : members) {
            terminate(member);
        }
    }

    /** The address at which the database is read; nobody else may have it open when it is a file. */
    String databaseUrl() {
        return postgres == null ? "jdbc:sqlite:" + data().resolve("mics.db") : postgres.url();
    }

    /** Does something to a node, or to what all need, and undoes it after a time. */
    Fault suffer(Kind kind, int node, Duration time) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Member member = members.get(Math.max(node, 0));
        switch (kind) {
            case KILL -> {
                member.gateway().kill();
                restart(member);
            }
            case RESTART -> {
                terminate(member);
                restart(member);
            }
            case NODE_STOP -> {
                member.gateway().suspend();
                Thread.sleep(time);
                member.gateway().resume();
            }
            case DATABASE_KILL -> {
                database().kill();
                Thread.sleep(time);
                database().start();
            }
            case DATABASE_STOP -> {
                database().suspend();
                Thread.sleep(time.multipliedBy(DATABASE_STOPS));
                database().resume();
            }
            case CLIENTS_CUT -> {
                member.clients().cut();
                Thread.sleep(time);
                member.clients().restore();
            }
            case CLIENTS_DELAY -> {
                member.clients().delay(SLOW);
                Thread.sleep(time);
                member.clients().restore();
            }
            case REDIS_STOP, REDIS_CUT, LINK_CUT, LINK_SILENT, LINK_DELAY ->
                throw new IllegalArgumentException(kind + " is not for durable tenants yet");
        }
        return new Fault(kind, node, began, System.nanoTime());
    }

    private Postgres database() {
        if (postgres == null) {
            throw new IllegalArgumentException("the embedded database is its node's");
        }
        return postgres;
    }

    private static void terminate(Member member) throws IOException, InterruptedException {
        int code = member.gateway().terminate();
        if (code != 0) {
            throw new IOException("exit code " + code + " after SIGTERM");
        }
    }

    private static void restart(Member member) throws IOException, InterruptedException {
        member.gateway().start();
        member.gateway().awaitReady();
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.gateway().close();
            member.clients().close();
        }
        if (redis != null) {
            redis.stop();
        }
        if (postgres != null) {
            postgres.close();
        }
        backend.close();
    }
}
