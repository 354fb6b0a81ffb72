package io.mics.loadtest;

import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * Gateways as processes with the usual flags, their backend in this process, and a Redis when there is more than one
 * of them. All of it ends with this process.
 */
final class Gateways implements AutoCloseable {
    static final String TENANT = "t1";

    private static final String SECRET = "table-secret";
    private static final String HEAP = "1g";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
    /** All share the processors, so what is waited for may take longer; nothing here makes a message faster. */
    private static final String SETTINGS = """
            host: 127.0.0.1
            redis: {command-timeout: 1s}
            cluster: {link-deadline: 1s}
            """;

    private static final String TENANT_SETTINGS = """
              %s:
                heartbeat: 1h
                hooks: {base-url: "%s", secret: %s, timeout: 3s, auth-timeout: 5s, max-concurrency: 256,
                        queue-timeout: 1s, on-check-failure: %s}
            """;

    private final ExampleBackend backend;
    private final @Nullable RedisServer redis;
    private final List<GatewayProcess> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * What a run has that is not usual.
     *
     * @param environment of every gateway
     * @param settings    lines of {@code mics.yaml}
     * @param neighbour   a second tenant, who is not held up when the backend refuses its messages; empty is none
     */
    record Extras(Map<String, String> environment, String settings, String neighbour) {}

    private Gateways(Path folder, Path jar, int nodes, Extras extras) throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        int redisPort = GatewayProcess.freePort();
        redis = nodes == 1
                ? null
                : RedisServer.newRedisServer()
                        .port(redisPort)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .build();
        Path config = Files.createDirectories(folder.resolve("config"));
        Files.writeString(config.resolve("mics.yaml"), SETTINGS + extras.settings());
        Files.writeString(
                config.resolve("tenants.yaml"),
                "tenants:\n" + tenant(TENANT, "deny")
                        + (extras.neighbour().isEmpty() ? "" : tenant(extras.neighbour(), "allow")));
        for (int node = 1; node <= nodes; node++) {
            Map<String, String> environment = new HashMap<>(extras.environment());
            environment.put("NODE_ID", "node-" + node);
            if (redis != null) {
                int link = GatewayProcess.freePort();
                environment.put("REDIS__CONNECTION", "redis://127.0.0.1:" + redisPort);
                environment.put("CLUSTER_GRPC_TOKEN", "table-token");
                environment.put("GRPC_PORT", Integer.toString(link));
                environment.put("PUBLIC_ENDPOINT", "127.0.0.1:" + link);
                environment.put("INTERNAL_PORT", Integer.toString(GatewayProcess.freePort()));
            }
            Path log = folder.resolve("node-" + node + "-of-" + nodes + ".log");
            processes.add(new GatewayProcess(jar, config, log, GatewayProcess.freePort(), HEAP, environment));
        }
    }

    private String tenant(String id, String onCheckFailure) {
        return String.format(TENANT_SETTINGS, id, backend.baseUrl(), SECRET, onCheckFailure);
    }

    /** Starts so many and waits until all are ready and know each other. */
    static Gateways start(Path folder, Path jar, int nodes) throws IOException, InterruptedException {
        return start(folder, jar, nodes, new Extras(Map.of(), "", ""));
    }

    /** Starts so many with what is not usual and waits until all are ready and know each other. */
    static Gateways start(Path folder, Path jar, int nodes, Extras extras) throws IOException, InterruptedException {
        Gateways gateways = new Gateways(folder, jar, nodes, extras);
        try {
            gateways.start();
            return gateways;
        } catch (IOException | InterruptedException | RuntimeException e) {
            gateways.close();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        if (redis != null) {
            redis.start();
        }
        for (GatewayProcess process : processes) {
            process.start();
        }
        for (GatewayProcess process : processes) {
            process.awaitReady();
        }
        if (redis != null) {
            int known = processes.size() * processes.size();
            for (int i = 0; i < 300 && total("mics_cluster_members{", "") < known; i++) {
                Thread.sleep(100);
            }
            if (total("mics_cluster_members{", "") < known) {
                throw new IOException("not every node knows every other after 30 s");
            }
        }
    }

    int size() {
        return processes.size();
    }

    /** Where clients reach a node, counted from 0. */
    URI url(int node) {
        return URI.create("ws://127.0.0.1:" + processes.get(node).port());
    }

    /** Sets who is in a group. */
    void group(String id, List<String> users) {
        backend.setGroup(id, users);
    }

    /** CPU seconds of all gateways so far. */
    double cpuSeconds() throws IOException {
        double all = 0;
        for (GatewayProcess process : processes) {
            all += new ServerProcess(process.pid()).cpuSeconds();
        }
        return all;
    }

    /** The sum over all nodes of the series whose line begins and continues like this. */
    double total(String begins, String contains) throws IOException, InterruptedException {
        return series(begins, contains).stream().mapToDouble(Gateways::value).sum();
    }

    /** The series of all nodes whose line begins and continues like this. */
    List<String> series(String begins, String contains) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        for (GatewayProcess process : processes) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port() + "/metrics"))
                    .build();
            http.send(request, BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(begins) && line.contains(contains))
                    .forEach(all::add);
        }
        return all;
    }

    /** Waits until no event of anybody is queued. */
    void awaitEventsLeft() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (total("mics_mq_queued{", "") > 0) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("events are still queued after two minutes");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /** The value of a series' line. */
    static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    @Override
    public void close() throws IOException {
        processes.forEach(GatewayProcess::close);
        if (redis != null) {
            redis.stop();
        }
        backend.close();
        http.close();
    }
}
