package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Group;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.loadtest.history.Rules.Buffered;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * Gateways, what they need, and the wires between all of them: clients, other nodes and each gateway itself go through
 * a {@link FaultProxy}, so that each way can be disturbed alone. With one node there is no Redis.
 */
final class Cluster implements AutoCloseable {
    private static final String SECRET = "cluster-secret";
    /** The leases at a third, so that a run sees them end; all processes share the processors, so waits are longer. */
    private static final String SETTINGS = """
        host: 127.0.0.1
        redis: {command-timeout: 1s}
        cluster: {link-deadline: 1s, breaker-open: 1s, node-lease: 10s, node-renewal: 3s}
        """;

    private static final Duration SLOW = Duration.ofMillis(300);

    /** One node and the ways to it and from it. */
    private record Member(
            GatewayProcess gateway,
            FaultProxy clients,
            FaultProxy link,
            @Nullable FaultProxy redis) {
        FaultProxy wireToRedis() {
            if (redis == null) {
                throw new IllegalStateException("no Redis in this cluster");
            }
            return redis;
        }
    }

    private final Path folder;
    private final Path jar;
    private final ExampleBackend backend;
    private final @Nullable RedisServer redis;
    private final int redisPort = GatewayProcess.freePort();
    private final List<Member> members = new ArrayList<>();
    private final BufferedMessages buffered;
    private final Set<Buffered> died = new HashSet<>();

    /**
     * A cluster that is not started.
     *
     * @param folder takes configuration, logs and temporary files
     * @param nodes  more than one need Redis, which is then started too
     */
    Cluster(Path folder, Path jar, int nodes, Cast cast) throws IOException {
        this.folder = folder;
        this.jar = jar;
        buffered = new BufferedMessages(cast);
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        // both tenants have the same groups with the same members
        for (Group group : cast.groups()) {
            backend.setGroup(
                    group.groupId(),
                    group.members().stream().map(user -> cast.userId(user)).toList());
        }
        redis = nodes > 1 ? new RedisServer(redisPort) : null;
        for (int node = 0; node < nodes; node++) {
            members.add(member(node, cast));
        }
    }

    private Member member(int node, Cast cast) throws IOException {
        Path config = Files.createDirectories(folder.resolve("node-" + node));
        Path temporary = Files.createDirectories(folder.resolve("tmp-" + node));
        Path logging = Files.writeString(config.resolve("logging.properties"), BufferedMessages.LOGGING);
        Files.writeString(config.resolve("mics.yaml"), SETTINGS);
        Files.writeString(config.resolve("tenants.yaml"), tenants(cast));
        int port = GatewayProcess.freePort();
        int grpc = GatewayProcess.freePort();
        FaultProxy link = FaultProxy.to(grpc);
        FaultProxy wire = redis == null ? null : FaultProxy.watching(BodyMarker.MARKER, redisPort);
        Map<String, String> environment = new HashMap<>(Map.of(
                "NODE_ID",
                "node-" + node,
                "GRPC_PORT",
                Integer.toString(grpc),
                "PUBLIC_ENDPOINT",
                "127.0.0.1:" + link.port(),
                "INTERNAL_PORT",
                Integer.toString(redis == null ? port : GatewayProcess.freePort()),
                "CLUSTER_GRPC_TOKEN",
                "cluster-token",
                "DRAIN_TIMEOUT_SECONDS",
                "3",
                "JAVA_TOOL_OPTIONS",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=" + temporary
                        + " -Djava.util.logging.config.file=" + logging));
        if (wire != null) {
            environment.put("REDIS__CONNECTION", "redis://127.0.0.1:" + wire.port());
        }
        GatewayProcess gateway =
                new GatewayProcess(jar, config, folder.resolve("node-" + node + ".log"), port, "384m", environment);
        return new Member(gateway, FaultProxy.to(port), link, wire);
    }

    /** The backend shares the processors with all the rest, so it gets more time than a gateway would give it. */
    private String tenants(Cast cast) {
        StringBuilder yaml = new StringBuilder("tenants:\n");
        cast.devices().stream()
                .map(Cast.Device::tenant)
                .distinct()
                .forEach(tenant -> yaml.append(String.format(
                        "  %s:%n    hooks: {base-url: \"%s\", secret: %s, timeout: 3s, auth-timeout: 5s, "
                                + "max-concurrency: 256, queue-timeout: 1s}%n",
                        tenant, backend.baseUrl(), SECRET)));
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
    }

    /** What was in the memory of nodes when they were killed, by their own account. */
    Set<Buffered> diedInMemory() {
        return Set.copyOf(died);
    }

    /** Where clients reach each node. */
    List<Integer> clientPorts() {
        return members.stream().map(member -> member.clients().port()).toList();
    }

    /** Does something to a node, or to all of them, and undoes it after a time. */
    Fault suffer(Kind kind, int node, Duration time) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Member member = members.get(Math.max(node, 0));
        switch (kind) {
            case KILL -> {
                member.gateway().kill();
                died.addAll(buffered.diedWith(member.gateway().log()));
                restart(member);
            }
            case RESTART -> {
                int code = member.gateway().terminate();
                if (code != 0) {
                    throw new IOException("exit code " + code + " after SIGTERM");
                }
                if (members.size() == 1) {
                    died.addAll(buffered.diedWith(member.gateway().log()));
                }
                restart(member);
            }
            case REDIS_STOP -> {
                if (redis == null) {
                    throw new IllegalStateException("no Redis in this cluster");
                }
                redis.stop();
                Thread.sleep(time);
                redis.start();
            }
            case REDIS_CUT -> cut(member.wireToRedis(), time);
            case LINK_CUT -> cut(member.link(), time);
            case LINK_SILENT -> {
                member.link().silence();
                Thread.sleep(time);
                member.link().restore();
            }
            case LINK_DELAY -> delay(member.link(), time);
            case CLIENTS_CUT -> cut(member.clients(), time);
            case CLIENTS_DELAY -> delay(member.clients(), time);
            case NODE_STOP, NODE_FREEZE, DATABASE_KILL, DATABASE_STOP, KAFKA_KILL, KAFKA_STOP ->
                throw new IllegalArgumentException(kind + " is not for this cluster");
        }
        return new Fault(kind, node, began, System.nanoTime());
    }

    private static void restart(Member member) throws IOException, InterruptedException {
        member.gateway().start();
        member.gateway().awaitReady();
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

    /** Where a body was found that may be nowhere: in files gateways wrote, in Redis, on the way to Redis. */
    List<String> leaks() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(BodyMarker.MARKER)) {
                    found.add(file.toString());
                }
            }
        }
        for (Member member : members) {
            if (member.redis() != null && member.redis().sightings() > 0) {
                found.add("the way to Redis, " + member.redis().sightings() + " times");
            }
        }
        if (redis != null) {
            found.addAll(RedisDump.keysWith(BodyMarker.MARKER, redisPort));
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.gateway().close();
            member.clients().close();
            member.link().close();
            if (member.redis() != null) {
                member.redis().close();
            }
        }
        if (redis != null) {
            redis.stop();
        }
        backend.close();
    }
}
