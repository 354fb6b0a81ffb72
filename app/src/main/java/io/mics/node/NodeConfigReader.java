package io.mics.node;

import io.mics.address.Cidr;
import io.mics.concurrent.HeapShare;
import io.mics.config.ConfigFile;
import io.mics.config.ConfigResult;
import io.mics.config.Environment;
import io.mics.config.Problem;
import io.mics.config.Section;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.httpclient.HttpClientSettings;
import io.mics.listener.AddressSettings;
import io.mics.protocol.IdForm;
import io.mics.protocol.IdRule;
import io.mics.redis.RedisAddress;
import io.mics.tenant.SettingSource;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantReader;
import io.mics.tenant.TenantSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@link NodeConfig} once: which key has which default and which range. */
public final class NodeConfigReader {
    private static final Pattern ENDPOINT = Pattern.compile("(https?://)?[A-Za-z0-9_.\\[\\]:-]+:\\d{1,5}/?");
    private static final Pattern COLLECTOR = Pattern.compile("https?://[A-Za-z0-9_.\\[\\]:-]+");
    private static final Duration NONE = Duration.ZERO;
    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MANY = Integer.MAX_VALUE;

    private static final long LEAST_RECORD_BYTES = 4 << 10;

    /** What the brokers' clients and what is on its way to them need, in percent of what may grow. */
    private static final int KAFKA_PERCENT = 45;

    /** What links to other nodes, and messages for those that do not answer, need. */
    private static final int CLUSTER_PERCENT = 15;

    private final Map<String, String> variables;
    private final Environment environment;
    private final long wholeHeap;
    /** What sizes in percent are of. */
    private long heap;

    private final List<Problem> problems = new ArrayList<>();

    /** A reader for a node whose heap has {@code wholeHeap} bytes. */
    NodeConfigReader(Map<String, String> variables, long wholeHeap) {
        this.variables = variables;
        this.environment = Environment.of(variables);
        this.wholeHeap = wholeHeap;
        this.heap = HeapShare.growable(wholeHeap);
    }

    /** Reads the files in {@code dir} with {@code variables} over them; missing files are empty ones. */
    public static ConfigResult<NodeConfig> read(Path dir, Map<String, String> variables) {
        return new NodeConfigReader(variables, Runtime.getRuntime().maxMemory()).read(dir);
    }

    ConfigResult<NodeConfig> read(Path dir) {
        problems.addAll(environment.problems());
        Section node = ConfigFile.read(dir.resolve("mics.yaml"), environment, problems);
        Section tenantsFile = ConfigFile.read(dir.resolve("tenants.yaml"), environment, problems);
        NodeConfig config = node(node, tenantsFile);
        MemoryCeiling.of(config)
                .refusal(wholeHeap)
                .ifPresent(why -> problems.add(new Problem("memory", "file:" + dir.resolve("mics.yaml"), why, "")));
        node.finish();
        tenantsFile.finish();
        return problems.isEmpty()
                ? new ConfigResult.Valid<>(config, environment.notes())
                : new ConfigResult.Invalid<>(List.copyOf(problems));
    }

    private NodeConfig node(Section s, Section tenantsFile) {
        TenantSettings defaults = TenantReader.settings(s.section("defaults"), TenantSettings.DEFAULTS);
        List<TenantConfig> tenants = TenantReader.tenants(tenantsFile, defaults);
        NodeConfig.Redis redis = redis(s.section("redis"));
        NodeConfig.Kafka kafka = KafkaReader.read(s.section("kafka"), heap);
        heap -= heap / 100 * othersPercent(redis, kafka);
        boolean alone = redis.uri().isEmpty() && kafka.bootstrapServers().isEmpty();
        boolean tenantsGiven = !tenantsFile.section("tenants").names().isEmpty();
        if (!alone && !tenantsGiven) {
            tenantsFile.reject("tenants", "is empty, but Redis or Kafka is configured");
        }
        boolean open = alone && !tenantsGiven;
        int port = s.integer("port", 8080, 0, 65_535);
        NodeConfig.Playground playground = playground(s.section("playground"), open);
        int maxMessageBytes = s.integer("max-message-bytes", 1_048_576, 0, 1 << 30);
        return new NodeConfig(
                port,
                s.string("host", "0.0.0.0"),
                nodeId(s),
                s.string(
                        "public-endpoint", "", NodeConfigReader::isEndpoint, "is not host:port or http(s)://host:port"),
                s.integer("internal-port", redis.uri().isEmpty() ? port : 9091, 0, 65_535),
                new NodeConfig.Admin(
                        s.string(
                                "admin-token",
                                "",
                                NodeConfigReader::isToken,
                                "is not of printable ASCII without spaces"),
                        s.section("metrics").bool("public", true)),
                s.integer("grpc-port", 9090, 0, 65_535),
                maxMessageBytes,
                s.string("default-tenant", "", id -> id.isEmpty() || TenantConfig.isId(id), "is no tenant id"),
                s.duration("drain-timeout", Duration.ofSeconds(10), NONE, DAY),
                s.duration("drain-min", Duration.ZERO, NONE, DAY),
                ws(s.section("ws")),
                addresses(s.section("addresses")),
                redis,
                kafka,
                cluster(s.section("cluster"), !redis.uri().isEmpty()),
                new NodeConfig.Inbound(
                        s.section("inbound").bytes("total-bytes", heap / 100 * 6, 0, Long.MAX_VALUE, heap)),
                outbound(s.section("outbound"), maxMessageBytes),
                new NodeConfig.Offline(s.section("offline").bytes("max-bytes", heap / 4, 0, Long.MAX_VALUE, heap)),
                duplicates(s.section("duplicates")),
                group(s.section("group")),
                hooks(s.section("hooks"), kafka),
                tracing(s.section("tracing")),
                LogReader.read(s.section("log")),
                playground,
                defaults,
                open ? List.of(playgroundTenant(defaults, playground.publicAccess())) : tenants,
                tenantsFile.section("tenants").namesInFile());
    }

    private String nodeId(Section s) {
        String given = s.string(
                "node-id",
                "",
                id -> id.isEmpty() || IdRule.USER.allows(id),
                "is not 1 to 128 of A-Z a-z 0-9 _ . : @ -");
        return given.isEmpty() ? hostName() : given;
    }

    private String hostName() {
        String name = variables.getOrDefault("HOSTNAME", "");
        if (name.isEmpty()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "node-1";
            }
        }
        return IdRule.USER.allows(name) ? name : "node-1";
    }

    private static NodeConfig.Ws ws(Section s) {
        return new NodeConfig.Ws(
                s.duration("keepalive", Duration.ofSeconds(30), NONE, DAY),
                s.duration("handshake-timeout", Duration.ofSeconds(10), MS, DAY),
                s.duration("idle-timeout", Duration.ofSeconds(60), MS, DAY),
                s.duration("write-stall-timeout", Duration.ofSeconds(10), MS, DAY),
                s.duration("exchange-timeout", Duration.ofSeconds(60), MS, DAY),
                s.integer("max-tcp-connections", 0, 0, MANY));
    }

    private static AddressSettings addresses(Section s) {
        List<String> trusted = s.list(
                "trusted-proxies",
                List.of(),
                block -> Cidr.parse(block).isPresent(),
                "holds what is no address and no block of addresses, such as 10.0.0.0/8");
        return new AddressSettings(
                trusted.stream().flatMap(block -> Cidr.parse(block).stream()).toList(),
                s.choice("forwarded", AddressSettings.Forwarded.class, AddressSettings.Forwarded.X_FORWARDED_FOR),
                s.integer("connections", 10_000, 0, MANY),
                s.integer("connects-per-second", 1_000, 0, 1_000_000),
                s.integer("failed-auths-per-minute", 600, 0, 1_000_000));
    }

    private static NodeConfig.Redis redis(Section s) {
        String uri = s.string("uri", "");
        if (!uri.isEmpty() && RedisAddress.parse(uri) instanceof RedisAddress.Parsed.Invalid invalid) {
            s.reject("uri", invalid.what());
        }
        return new NodeConfig.Redis(uri, s.duration("command-timeout", Duration.ofMillis(250), MS, DAY));
    }

    private NodeConfig.Cluster cluster(Section s, boolean shared) {
        Duration lease = s.duration("node-lease", Duration.ofSeconds(30), MS, DAY);
        Duration renewal = s.duration("node-renewal", Duration.ofSeconds(10), MS, DAY);
        if (renewal.multipliedBy(2).compareTo(lease) > 0) {
            s.reject("node-renewal", "is more than half of cluster.node-lease");
        }
        String token = s.string("token", "", NodeConfigReader::isToken, "is not of printable ASCII without spaces");
        NodeConfig.Tls tls = tls(s.section("tls"));
        if (shared && token.isEmpty() && !tls.configured()) {
            s.reject(
                    "token",
                    "is needed where Redis is configured (or cluster.tls): whoever reaches grpc-port could send in any"
                            + " user's name; give all nodes the same secret, such as from openssl rand -hex 32");
        }
        return new NodeConfig.Cluster(
                token,
                s.integer("breaker-failures", 5, 0, 1_000_000),
                s.duration("breaker-open", Duration.ofSeconds(5), NONE, DAY),
                s.duration("route-cache-ttl", Duration.ofSeconds(5), NONE, DAY),
                lease,
                renewal,
                s.duration("link-deadline", Duration.ofMillis(250), MS, DAY),
                s.integer("link-in-flight", 4_096, 0, MANY),
                s.bytes("link-bytes", 16 << 20, 0, Long.MAX_VALUE, heap),
                s.duration("link-heartbeat", Duration.ofSeconds(1), MS, DAY),
                tls);
    }

    private static NodeConfig.Tls tls(Section s) {
        NodeConfig.Tls tls =
                new NodeConfig.Tls(s.string("certificate", ""), s.string("key", ""), s.string("trust", ""));
        if (!tls.equals(new NodeConfig.Tls("", "", ""))) {
            Map.of("certificate", tls.certificate(), "key", tls.key(), "trust", tls.trust())
                    .forEach((key, file) -> {
                        if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
                            s.reject(key, "is not a file that can be read");
                        }
                    });
        }
        return tls;
    }

    private NodeConfig.Outbound outbound(Section s, int maxMessageBytes) {
        long bytes = s.bytes("bytes", 1L << 20, 0, Long.MAX_VALUE, heap);
        long oneFrame = maxMessageBytes == 0 ? 0 : (long) maxMessageBytes + NodeConfig.FRAME_OVERHEAD_BYTES;
        return new NodeConfig.Outbound(
                s.integer("frames", 256, 0, MANY),
                bytes == 0 ? 0 : Math.max(bytes, oneFrame),
                s.bytes("total-bytes", heap / 4, 0, Long.MAX_VALUE, heap));
    }

    private static int othersPercent(NodeConfig.Redis redis, NodeConfig.Kafka kafka) {
        return (kafka.bootstrapServers().isEmpty() ? 0 : KAFKA_PERCENT)
                + (redis.uri().isEmpty() ? 0 : CLUSTER_PERCENT);
    }

    private NodeConfig.Duplicates duplicates(Section s) {
        int fitting = (int) Math.min(1_000_000, heap / 10 / MemoryCeiling.DUPLICATE_BYTES);
        return new NodeConfig.Duplicates(
                s.duration("window", Duration.ofMinutes(10), MS, DAY),
                s.duration("takeover", Duration.ofSeconds(60), NONE, DAY),
                s.integer("max-entries", fitting, 0, MANY));
    }

    private NodeConfig.Group group(Section s) {
        return new NodeConfig.Group(
                s.integer("route-chunk-size", 256, 0, 1_000_000),
                s.integer("max-members", 200_000, 0, MANY),
                s.integer("offline-max-users", 1_024, 0, MANY),
                s.integer("fanout-width", 8, 0, 10_000),
                s.bytes("list-bytes", heap / 10, 0, Long.MAX_VALUE, heap),
                s.bytes("tenant-list-bytes", heap / 20, 0, Long.MAX_VALUE, heap));
    }

    private NodeConfig.Hooks hooks(Section s, NodeConfig.Kafka kafka) {
        String topic = s.string("audit-topic", "", KafkaReader::isPlainTopic, KafkaReader.NO_PLAIN_TOPIC);
        if (!topic.isEmpty() && kafka.bootstrapServers().isEmpty()) {
            s.reject("audit-topic", "needs kafka.bootstrap-servers");
        } else if (KafkaReader.isTaken(topic, kafka)) {
            s.reject("audit-topic", "is a topic of kafka.topic or kafka.hook-topics, or of their dead letters");
        }
        String audit = s.string("audit-log", "");
        String record = s.string("record", "");
        if (!record.isEmpty() && record.equals(audit)) {
            s.reject("record", "is the file of hooks.audit-log");
        }
        return new NodeConfig.Hooks(
                s.string("plugins", "plugins"),
                audit,
                topic,
                record,
                s.bytes("record-max-bytes", 64L << 20, LEAST_RECORD_BYTES, Long.MAX_VALUE, heap),
                s.integer("explain-entries", 4_096, 0, 1 << 20),
                http(s),
                s.duration("pre-send-deadline", Duration.ofSeconds(3), NONE, Duration.ofMinutes(10)),
                s.duration("warm-up", Duration.ofSeconds(1), NONE, Duration.ofMinutes(1)));
    }

    private HttpClientSettings http(Section s) {
        HttpClientSettings defaults = HttpClientSettings.defaults(heap);
        return new HttpClientSettings(
                s.bytes("answer-bytes", defaults.answerBytes(), 0, Long.MAX_VALUE, heap),
                s.integer("idle-connections-per-target", defaults.idlePerTarget(), 0, 1_000_000),
                s.integer("idle-connections", defaults.idleInAll(), 0, 1_000_000),
                s.duration("idle-time", defaults.idleTime(), NONE, DAY));
    }

    private static NodeConfig.Tracing tracing(Section s) {
        return new NodeConfig.Tracing(
                s.string(
                        "endpoint",
                        "",
                        url -> url.isEmpty() || COLLECTOR.matcher(url).matches(),
                        "is not http(s)://host:port"),
                s.decimal("share", 1, 0, 1));
    }

    private static NodeConfig.Playground playground(Section s, boolean open) {
        boolean publicAccess = s.bool("public", false);
        boolean page = s.bool("page", false);
        Section groups = s.section("groups");
        Map<String, List<String>> members = new LinkedHashMap<>();
        for (String group : groups.names()) {
            members.put(
                    group,
                    groups.list(
                            group,
                            List.of(),
                            IdForm.OPEN::allows,
                            "holds what is no user id: 1 to 128 printable characters without |, no space at an end"));
        }
        return new NodeConfig.Playground(open, publicAccess, page, Map.copyOf(members));
    }

    /** Anybody may be anybody there, but not a page from elsewhere that the developer's browser happens to show. */
    private static TenantConfig playgroundTenant(TenantSettings defaults, boolean publicAccess) {
        TenantSettings settings = publicAccess ? defaults : defaults.forLoopbackPages();
        return new TenantConfig(
                TenantReader.PLAYGROUND,
                settings.withHooks(defaults.hooks().at(PlaygroundHooks.BASE_URL)),
                Map.of("hooks.base-url", SettingSource.DEFAULTS));
    }

    /** What can be sent as it is in a header. */
    private static boolean isToken(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static boolean isEndpoint(String text) {
        return text.isEmpty() || ENDPOINT.matcher(text).matches();
    }
}
