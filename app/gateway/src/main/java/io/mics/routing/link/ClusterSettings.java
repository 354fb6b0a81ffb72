package io.mics.routing.link;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import io.mics.redis.RedisSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Other nodes.
 *
 * @param token           what nodes show each other; empty shows nothing
 * @param breakerFailures consecutive failures that open the breaker of a peer; 0 never opens it
 * @param breakerOpen     how long an open breaker refuses; zero does not wait
 * @param routeCacheTtl   how long a looked-up route is cached; zero caches none
 * @param nodeLease       how long a node that says nothing counts as there
 * @param nodeRenewal     time between the moments it says so
 * @param linkDeadline    how long one attempt of a call to a peer waits for its answer
 * @param linkInFlight    calls to one peer at one time; 0 is unlimited
 * @param linkBytes       bytes of the calls to one peer at one time; 0 is unlimited
 * @param linkHeartbeat   time between signs of life on a link; three missed ones end it
 * @param tls             the files of mutual TLS between nodes
 */
public record ClusterSettings(
        String token,
        int breakerFailures,
        Duration breakerOpen,
        Duration routeCacheTtl,
        Duration nodeLease,
        Duration nodeRenewal,
        Duration linkDeadline,
        int linkInFlight,
        long linkBytes,
        Duration linkHeartbeat,
        Tls tls) {
    public static final SettingsSection<ClusterSettings> SECTION = SettingsSection.of(
            ClusterSettings.class,
            "cluster",
            ClusterSettings::read,
            EnvironmentName.text("CLUSTER_GRPC_TOKEN", "cluster.token"),
            EnvironmentName.value("GRPC_BREAKER_FAILURE_THRESHOLD", "cluster.breaker-failures"),
            EnvironmentName.milliseconds("GRPC_BREAKER_OPEN_MS", "cluster.breaker-open"),
            EnvironmentName.seconds("LOCAL_ROUTE_CACHE_TTL_SECONDS", "cluster.route-cache-ttl"));

    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);

    /**
     * The files of mutual TLS between nodes: all of them, or none for plain text.
     *
     * @param certificate this node's certificate chain; empty is plain text
     * @param key         its private key
     * @param trust       the certificates that sign the nodes' own
     */
    public record Tls(String certificate, String key, String trust) {
        private static final Tls NONE = new Tls("", "", "");

        /** Whether links are encrypted. */
        public boolean configured() {
            return !certificate.isEmpty();
        }
    }

    private static ClusterSettings read(Section s, SettingsReading reading) {
        Duration lease = s.duration("node-lease", Duration.ofSeconds(30), MS, DAY);
        Duration renewal = s.duration("node-renewal", Duration.ofSeconds(10), MS, DAY);
        if (renewal.multipliedBy(2).compareTo(lease) > 0) {
            s.reject("node-renewal", "is more than half of cluster.node-lease");
        }
        String token = s.token("token");
        Tls tls = tls(s.section("tls"));
        if (reading.get(RedisSettings.SECTION).isConfigured() && token.isEmpty() && !tls.configured()) {
            s.reject(
                    "token",
                    "is needed where Redis is configured (or cluster.tls): whoever reaches grpc-port could send in any"
                            + " user's name; give all nodes the same secret, such as from openssl rand -hex 32");
        }
        return new ClusterSettings(
                token,
                s.integer("breaker-failures", 5, 0, 1_000_000),
                s.duration("breaker-open", Duration.ofSeconds(5), Duration.ZERO, DAY),
                s.duration("route-cache-ttl", Duration.ofSeconds(5), Duration.ZERO, DAY),
                lease,
                renewal,
                s.duration("link-deadline", Duration.ofMillis(250), MS, DAY),
                s.integer("link-in-flight", 4_096, 0, Integer.MAX_VALUE),
                s.bytes("link-bytes", 16 << 20, 0, Long.MAX_VALUE, reading.heap()),
                s.duration("link-heartbeat", Duration.ofSeconds(1), MS, DAY),
                tls);
    }

    private static Tls tls(Section s) {
        Tls tls = new Tls(s.string("certificate", ""), s.string("key", ""), s.string("trust", ""));
        if (!tls.equals(Tls.NONE)) {
            Map.of("certificate", tls.certificate(), "key", tls.key(), "trust", tls.trust())
                    .forEach((key, file) -> {
                        if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
                            s.reject(key, "is not a file that can be read");
                        }
                    });
        }
        return tls;
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "ClusterSettings[token=***, breakerOpen=" + breakerOpen + ", routeCacheTtl=" + routeCacheTtl
                + ", nodeLease=" + nodeLease + ", nodeRenewal=" + nodeRenewal + "]";
    }
}
