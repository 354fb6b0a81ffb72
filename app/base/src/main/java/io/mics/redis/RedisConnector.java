package io.mics.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.mics.observe.log.LogSetup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to one Redis, however its servers stand together. A connection that breaks is made again by itself,
 * within half a second of the server being back; what it was asked meanwhile is refused at once, and nothing asked
 * before is asked a second time.
 */
final class RedisConnector implements AutoCloseable {
    private static final Duration TOPOLOGY = Duration.ofSeconds(5);
    private static final int COMMANDS_WAITING = 100_000;

    /** The client library's own lines repeat with every attempt; what they say is said once by {@link Availability}. */
    private static final Logger QUIET = Logger.getLogger("io.lettuce.core");

    private final ClientResources resources;
    private final AbstractRedisClient client;

    /** A connector to {@code address}; nothing is connected yet. */
    RedisConnector(RedisAddress address, RedisTimeouts settings) {
        LogSetup.quiet(QUIET, Level.SEVERE);
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .reconnectDelay(() ->
                        Delay.exponential(Duration.ofMillis(20), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
                .build();
        List<RedisURI> uris = uris(address, settings.connectTimeout());
        if (address.kind() == RedisAddress.Kind.CLUSTER) {
            RedisClusterClient cluster = RedisClusterClient.create(resources, uris);
            cluster.setOptions((ClusterClientOptions) options(clusterOptions(), settings));
            client = cluster;
        } else {
            RedisClient single = RedisClient.create(resources, uris.getFirst());
            single.setOptions(options(ClientOptions.builder(), settings));
            client = single;
        }
    }

    private static ClientOptions.Builder clusterOptions() {
        return ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY)
                        .adaptiveRefreshTriggersTimeout(Duration.ofMillis(200))
                        .build())
                // a cluster behind address translation names nodes that its own list does not hold
                .validateClusterNodeMembership(false);
    }

    private static ClientOptions options(ClientOptions.Builder builder, RedisTimeouts settings) {
        return builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(COMMANDS_WAITING)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(true)
                        .build())
                .build();
    }

    private static List<RedisURI> uris(RedisAddress address, Duration timeout) {
        if (address.kind() == RedisAddress.Kind.SENTINEL) {
            RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(address.master());
            for (RedisAddress.Host host : address.hosts()) {
                builder.withSentinel(host.name(), host.port());
            }
            RedisURI uri = entry(builder, address, timeout);
            uri.getSentinels().forEach(sentinel -> {
                sentinel.setSsl(address.tls());
                sentinel.setTimeout(timeout);
            });
            return List.of(uri);
        }
        return address.hosts().stream()
                .map(host -> entry(RedisURI.builder().withHost(host.name()).withPort(host.port()), address, timeout))
                .toList();
    }

    private static RedisURI entry(RedisURI.Builder builder, RedisAddress address, Duration timeout) {
        builder.withSsl(address.tls()).withDatabase(address.database()).withTimeout(timeout);
        if (!address.user().isEmpty()) {
            builder.withAuthentication(address.user(), address.password());
        } else if (!address.password().isEmpty()) {
            builder.withPassword(address.password().toCharArray());
        }
        return builder.build();
    }

    /** A connection for commands. Blocks; throws what the client library throws when there is no Redis. */
    StatefulConnection<String, String> connect() {
        if (client instanceof RedisClusterClient cluster) {
            cluster.refreshPartitions();
            return cluster.connect();
        }
        return ((RedisClient) client).connect();
    }

    /** A connection for subscriptions. Blocks; throws what the client library throws when there is no Redis. */
    StatefulRedisPubSubConnection<String, String> connectPubSub() {
        if (client instanceof RedisClusterClient cluster) {
            cluster.refreshPartitions();
            return cluster.connectPubSub();
        }
        return ((RedisClient) client).connectPubSub();
    }

    /** Closes one connection, without waiting. */
    static void close(@Nullable StatefulConnection<String, String> connection) {
        if (connection != null) {
            var unused = connection.closeAsync();
        }
    }

    /** Closes every connection. */
    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        var unused = resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
