package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.FaultProxy;
import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.loadtest.durable.check.RunHistory;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gateways of durable tenants as processes, and what they need. Clients reach each node, nodes each other, and each
 * node Redis, through wires of their own that can be disturbed.
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

    /** Longer than a node is a member of its cluster, or of a consumer group, without saying so. */
    private static final Duration FREEZE = Duration.ofSeconds(12);

    /** Where messages are accepted, and where conversations are stored. */
    enum Engine {
        /** SQLite in a folder of the only node, which is the log too. */
        EMBEDDED,
        /** PostgreSQL, which is the log too. */
        POSTGRES,
        /** Kafka is the log, PostgreSQL the store. */
        KAFKA
    }

    /** One node and the wires to it and from it; the last two where there are several nodes. */
    private record Member(
            GatewayProcess gateway,
            FaultProxy clients,
            @Nullable FaultProxy link,
            @Nullable FaultProxy redis) {
        static FaultProxy wire(@Nullable FaultProxy wire) {
            if (wire == null) {
                throw new IllegalArgumentException("one node has no such wire");
            }
            return wire;
        }
    }

    private final Path folder;
    private final Path jar;
    private final ExampleBackend backend;
    private final Infrastructure infrastructure;
    private final List<Member> members = new ArrayList<>();

    /**
     * One that is not started; PostgreSQL and Kafka run already.
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
        infrastructure = new Infrastructure(folder, engine, nodes);
        for (int node = 0; node < nodes; node++) {
            members.add(member(node, nodes > 1, cast));
        }
    }

    private Member member(int node, boolean several, Cast cast) throws IOException {
        Path config = Files.createDirectories(folder.resolve("node-" + node));
        Path temporary = Files.createDirectories(folder.resolve("tmp-" + node));
        String url = infrastructure.databaseUrl();
        String store = url.isEmpty() ? "folder: '" + data() + "'" : "url: '" + url + "'";
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
        if (!infrastructure.brokers().isEmpty()) {
            environment.put("KAFKA__BOOTSTRAP_SERVERS", infrastructure.brokers());
        }
        FaultProxy link = null;
        FaultProxy redis = null;
        if (several) {
            int grpc = GatewayProcess.freePort();
            link = FaultProxy.to(grpc);
            redis = FaultProxy.to(infrastructure.redisPort());
            environment.put("REDIS__CONNECTION", "redis://127.0.0.1:" + redis.port());
            environment.put("CLUSTER_GRPC_TOKEN", "durable-token");
            environment.put("GRPC_PORT", Integer.toString(grpc));
            environment.put("PUBLIC_ENDPOINT", "127.0.0.1:" + link.port());
            environment.put("INTERNAL_PORT", Integer.toString(GatewayProcess.freePort()));
        }
        GatewayProcess gateway =
                new GatewayProcess(jar, config, folder.resolve("node-" + node + ".log"), port, "384m", environment);
        return new Member(gateway, FaultProxy.to(port), link, redis);
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
        infrastructure.start();
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

    /** Adds what the nodes' logs say to a history. */
    void readLogs(RunHistory history) throws IOException {
        for (Member member : members) {
            NodeLog.read(member.gateway().log(), history);
        }
    }

    /** The address at which the database is read; nobody else may have it open when it is a file. */
    String databaseUrl() {
        String url = infrastructure.databaseUrl();
        return url.isEmpty() ? "jdbc:sqlite:" + data().resolve("mics.db") : url;
    }

    /** Whether so many messages are stored; always where nodes store before they acknowledge. */
    boolean hasStored(long messages) {
        if (infrastructure.brokers().isEmpty()) {
            return true;
        }
        try (Connection connection = DriverManager.getConnection(databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM messages")) {
            return rows.next() && rows.getLong(1) >= messages;
        } catch (SQLException e) {
            return false;
        }
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
            case NODE_STOP -> suspend(member, time);
            case NODE_FREEZE -> suspend(member, FREEZE.plus(time));
            case REDIS_CUT -> cut(Member.wire(member.redis()), time);
            case LINK_CUT -> cut(Member.wire(member.link()), time);
            case LINK_SILENT -> {
                Member.wire(member.link()).silence();
                Thread.sleep(time);
                Member.wire(member.link()).restore();
            }
            case LINK_DELAY -> delay(Member.wire(member.link()), time);
            case CLIENTS_CUT -> cut(member.clients(), time);
            case CLIENTS_DELAY -> delay(member.clients(), time);
            case REDIS_STOP, DATABASE_KILL, DATABASE_STOP, KAFKA_KILL, KAFKA_STOP -> infrastructure.suffer(kind, time);
        }
        return new Fault(kind, node, began, System.nanoTime());
    }

    private static void suspend(Member member, Duration time) throws IOException, InterruptedException {
        member.gateway().suspend();
        Thread.sleep(time);
        member.gateway().resume();
    }

    private static void cut(FaultProxy wire, Duration time) throws InterruptedException {
        wire.cut();
        Thread.sleep(time);
        wire.restore();
    }

    private static void delay(FaultProxy wire, Duration time) throws InterruptedException {
        wire.delay(SLOW);
        Thread.sleep(time);
        wire.restore();
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
            if (member.link() != null) {
                member.link().close();
            }
            if (member.redis() != null) {
                member.redis().close();
            }
        }
        infrastructure.close();
        backend.close();
    }
}
