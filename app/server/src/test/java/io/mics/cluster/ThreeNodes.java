package io.mics.cluster;

import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.embedded.RedisServer;

/** Three nodes in this process, one real Redis, one backend; time-outs at a tenth of their defaults. */
final class ThreeNodes implements AutoCloseable {
    static final String TENANT = "t1";
    static final String TOKEN = "between-us";
    private static final String SECRET = "dev-secret-t1";

    final ExampleBackend backend;
    final List<TestGateway> nodes = new ArrayList<>();
    final List<Integer> linkPorts = new ArrayList<>();
    private final int redisPort;
    final String redisUri;
    private final String limits;
    private Optional<RedisServer> redis;

    /** Nodes over a Redis of their own. */
    ThreeNodes(String limits) throws IOException {
        this(limits, freePort());
    }

    private ThreeNodes(String limits, int redisPort) throws IOException {
        this(limits, "redis://127.0.0.1:" + redisPort, redisPort, Optional.of(startRedis(redisPort)));
    }

    /** Nodes over a Redis of somebody else's. */
    ThreeNodes(String limits, String redisUri) throws IOException {
        this(limits, redisUri, 0, Optional.empty());
    }

    private ThreeNodes(String limits, String redisUri, int redisPort, Optional<RedisServer> redis) throws IOException {
        this.limits = limits;
        this.redisUri = redisUri;
        this.redisPort = redisPort;
        this.redis = redis;
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        for (int i = 1; i <= 3; i++) {
            int linkPort = freePort();
            linkPorts.add(linkPort);
            nodes.add(start("node-" + i, linkPort));
        }
    }

    static RedisServer startRedis(int port) throws IOException {
        RedisServer server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        return server;
    }

    void stopRedis() throws IOException {
        redis.orElseThrow().stop();
    }

    void startRedis() throws IOException {
        redis = Optional.of(startRedis(redisPort));
    }

    TestGateway start(String node, int grpcPort) {
        String tenants = "tenants:\n  " + TENANT + ":\n    hooks: {base-url: \"" + backend.baseUrl() + "\", secret: "
                + SECRET + ", timeout: 2s, auth-timeout: 5s}\n    limits: {" + limits + "}\n";
        return TestGateway.startNode(node, tenants, settings(grpcPort));
    }

    String settings(int grpcPort) {
        return """
            grpc-port: %d
            public-endpoint: 127.0.0.1:%d
            drain-timeout: 500ms
            redis: {uri: "%s"}
            cluster: {token: %s, node-lease: 3s, node-renewal: 1s}
            """.formatted(grpcPort, grpcPort, redisUri, TOKEN);
    }

    RawClient connect(int node, String user, String device) throws IOException {
        return RawClient.connect(nodes.get(node).port(), TENANT, user, device);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(TestGateway::close);
        if (redis.isPresent()) {
            redis.get().stop();
        }
        backend.close();
    }
}
