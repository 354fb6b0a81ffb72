package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mics.admin.AdminSettings;
import io.mics.concurrent.HeapShare;
import io.mics.config.ConfigResult;
import io.mics.config.EnvironmentName;
import io.mics.config.Problem;
import io.mics.console.PlaygroundSettings;
import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.config.HooksSettings;
import io.mics.httpclient.HttpClientSettings;
import io.mics.kafka.KafkaSecurity;
import io.mics.lifecycle.DrainSettings;
import io.mics.message.DuplicateWindow;
import io.mics.observe.log.LogSettings;
import io.mics.offline.OfflineMemory;
import io.mics.redis.RedisSettings;
import io.mics.routing.delivery.GroupSettings;
import io.mics.routing.link.ClusterSettings;
import io.mics.tenant.SettingSource;
import io.mics.tenant.TenantSettings;
import io.mics.ws.QueueSettings;
import io.mics.ws.WsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigReaderTest {
    private static final long HEAP = HeapShare.growable(Runtime.getRuntime().maxMemory());
    private static final long OPEN = HEAP - HEAP / 100 * 5; // the playground: its durable tenant has the rest

    @TempDir
    Path dir;

    private NodeConfig valid(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private List<Problem> problems(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> throw new AssertionError("valid: " + valid.value());
            case ConfigResult.Invalid<NodeConfig> invalid -> invalid.problems();
        };
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(dir.resolve(file), text);
    }

    @Test
    void nothingConfiguredGivesTheDefaultsAndThePlaygroundOnLoopback() {
        NodeConfig c = valid(Map.of());
        assertThat(c.node().port()).isEqualTo(8080);
        assertThat(c.node().internalPort()).isEqualTo(8080);
        assertThat(c.node().grpcPort()).isEqualTo(9090);
        assertThat(c.nodeId()).isNotEmpty();
        assertThat(c.maxMessageBytes()).isEqualTo(1_048_576);
        assertThat(c.get(QueueSettings.Frames.SECTION).maxFrameBytes()).isEqualTo(1_048_576 + 65_536);
        assertThat(c.get(DrainSettings.SECTION).drainTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(c.get(DrainSettings.SECTION).drainMin()).isZero();
        assertThat(c.get(WsSettings.SECTION).keepalive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(c.get(QueueSettings.Outbound.SECTION).frames()).isEqualTo(256);
        assertThat(c.get(QueueSettings.Outbound.SECTION).bytes())
                .isEqualTo(c.get(QueueSettings.Frames.SECTION).maxFrameBytes());
        assertThat(c.get(QueueSettings.Inbound.SECTION).totalBytes()).isEqualTo(OPEN * 6 / 100);
        assertThat(c.get(QueueSettings.Outbound.SECTION).totalBytes()).isEqualTo(OPEN / 4);
        assertThat(c.get(OfflineMemory.SECTION).maxBytes()).isEqualTo(OPEN / 4);
        assertThat(c.get(DuplicateWindow.Limits.SECTION).window()).isEqualTo(Duration.ofMinutes(10));
        assertThat(c.get(DuplicateWindow.Limits.SECTION).maxEntries()).isBetween(1, 1_000_000);
        var groups = new GroupSettings(256, 200_000, 1_024, 8, OPEN / 10, OPEN / 20);
        assertThat(c.get(GroupSettings.SECTION)).isEqualTo(groups);
        assertThat(c.tenants().defaults()).isEqualTo(TenantSettings.DEFAULTS);
        assertThat(c.tenants().playground()).isTrue();
        assertThat(c.get(PlaygroundSettings.SECTION).page()).isFalse();
        assertThat(c.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(c.tenants().all()).extracting("id").containsExactly("playground", "playground-durable");
    }

    @Test
    void aTenantClosesThePlaygroundAndOpensTheAddress() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        NodeConfig c = valid(Map.of());
        assertThat(c.tenants().playground()).isFalse();
        assertThat(c.bindAddress()).isEqualTo("0.0.0.0");
        assertThat(c.tenant("playground")).isEmpty();
    }

    @Test
    void aPublicPlaygroundListensOnEveryAddress() throws IOException {
        write("mics.yaml", "playground: {public: true, groups: {g: [u1, u2]}}");
        NodeConfig c = valid(Map.of());
        assertThat(c.bindAddress()).isEqualTo("0.0.0.0");
        assertThat(c.get(PlaygroundSettings.SECTION).groups()).isEqualTo(Map.of("g", List.of("u1", "u2")));
    }

    @Test
    void everyEnvironmentNameBeatsItsKey() throws IOException {
        write("mics.yaml", "port: 1\nnode-id: file\ngroup: {max-members: 1}\ndefaults: {hooks: {timeout: 1s}}\n");
        write("tenants.yaml", "tenants: {t1: {hooks: {secret: old, base-url: 'http://file'}}}");
        Map<String, String> env = everyName();
        assertThat(NodeConfigReader.ENVIRONMENT)
                .extracting(EnvironmentName::name)
                .containsExactlyInAnyOrderElementsOf(withEngines(env).keySet());
        NodeConfig c = valid(env);
        assertThat(c.node().port()).isEqualTo(8081);
        assertThat(c.nodeId()).isEqualTo("n1");
        assertThat(c.node().publicEndpoint()).isEqualTo("http://10.0.0.1:8081");
        assertThat(c.get(PlaygroundSettings.SECTION).page()).isTrue();
        assertThat(c.node().grpcPort()).isEqualTo(9001);
        assertThat(c.node().internalPort()).isEqualTo(9002);
        assertThat(c.get(AdminSettings.SECTION))
                .isEqualTo(new AdminSettings("secret", true))
                .asString()
                .doesNotContain("secret");
        assertThat(c.get(KafkaEventSettings.SECTION)).isEqualTo(kafkaOfEveryName());
        assertThat(c.get(ClusterSettings.SECTION).token()).isEqualTo("tok");
        assertThat(c.get(ClusterSettings.SECTION).breakerFailures()).isEqualTo(8);
        assertThat(c.get(ClusterSettings.SECTION).breakerOpen()).isEqualTo(Duration.ofMillis(9));
        assertThat(c.get(ClusterSettings.SECTION).routeCacheTtl()).isEqualTo(Duration.ofSeconds(10));
        assertThat(c.get(QueueSettings.Inbound.SECTION).totalBytes()).isEqualTo(27);
        assertThat(c.maxMessageBytes()).isEqualTo(11);
        assertThat(c.get(WsSettings.SECTION).keepalive()).isEqualTo(Duration.ofSeconds(12));
        assertThat(c.get(DrainSettings.SECTION).drainTimeout()).isEqualTo(Duration.ofSeconds(13));
        assertThat(c.get(DrainSettings.SECTION).drainMin()).isEqualTo(Duration.ofSeconds(31));
        assertThat(c.get(GroupSettings.SECTION)).isEqualTo(new GroupSettings(14, 15, 16, 8, HEAP / 10, HEAP / 20));
        assertThat(c.get(HooksSettings.SECTION).http())
                .isEqualTo(new HttpClientSettings(27, 28, 29, Duration.ofSeconds(30)));
        var hooks = c.tenant("t1").orElseThrow().settings().hooks();
        assertThat(hooks.signRequired()).isTrue();
        assertThat(hooks.maxConcurrency()).isEqualTo(17);
        assertThat(c.get(io.mics.store.StoreSettings.SECTION).password()).isEqualTo("hunter5");
        assertThat(c.get(LogSection.SECTION))
                .isEqualTo(new LogSettings(
                        LogSettings.Format.TEXT,
                        LogSettings.Level.ERROR,
                        Map.of("io.mics.ws", LogSettings.Level.WARN)));
        assertThat(hooks.queueTimeout()).isEqualTo(Duration.ofMillis(18));
        assertThat(hooks.breakerFailures()).isEqualTo(19);
        assertThat(hooks.breakerOpen()).isEqualTo(Duration.ofMillis(20));
        assertThat(hooks.timeout()).isEqualTo(Duration.ofMillis(21));
        assertThat(hooks.authTimeout()).isEqualTo(Duration.ofMillis(22));
        assertThat(hooks.baseUrl()).isEqualTo("http://env");
        assertThat(hooks.authSecret()).isEqualTo("new");
        var offline = c.tenant("t1").orElseThrow().settings().offline();
        assertThat(offline.messagesPerUser()).isEqualTo(23);
        assertThat(offline.bytesPerUser()).isEqualTo(24);
        assertThat(offline.usersPerTenant()).isEqualTo(25);
        assertThat(c.tenant("t2").orElseThrow().settings().hooks().maxConcurrency())
                .isEqualTo(26);
        assertThat(c.tenant("t1").orElseThrow().sources())
                .containsEntry("hooks.base-url", SettingSource.ENVIRONMENT)
                .containsEntry("hooks.timeout", SettingSource.DEFAULTS);
    }

    private static KafkaEventSettings kafkaOfEveryName() {
        return new KafkaEventSettings(
                "",
                new KafkaSecurity(
                        KafkaSecurity.Protocol.SASL_PLAINTEXT,
                        KafkaSecurity.Mechanism.SCRAM_SHA_512,
                        "gateway",
                        "hunter4",
                        "",
                        "",
                        ""),
                "im-mics-{tenant}-event",
                KafkaHookTopics.DEFAULTS,
                KafkaConversationTopics.DEFAULTS,
                true,
                4,
                5,
                HEAP / 10,
                6,
                64 << 20,
                Duration.ofMillis(7));
    }

    private static Map<String, String> everyName() {
        Map<String, String> env = new HashMap<>(Map.of("PORT", "8081", "NODE_ID", "n1"));
        env.put("PUBLIC_ENDPOINT", "http://10.0.0.1:8081");
        env.put("GRPC_PORT", "9001");
        env.put("INTERNAL_PORT", "9002");
        env.put("ADMIN_TOKEN", "secret");
        env.put("PLAYGROUND_PAGE", "true");
        env.put("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
        env.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
        env.put("KAFKA_SASL_USERNAME", "gateway");
        env.put("KAFKA_SASL_PASSWORD", "hunter4");
        env.put("KAFKA_SSL_TRUST", "");
        env.put("KAFKA_SSL_CERTIFICATE", "");
        env.put("KAFKA_SSL_KEY", "");
        env.put("HOOK_ANSWER_BYTES", "27");
        env.put("HOOK_IDLE_CONNECTIONS_PER_TARGET", "28");
        env.put("HOOK_IDLE_CONNECTIONS", "29");
        env.putAll(Map.of("HOOK_IDLE_TIME", "30s", "HOOK_WARM_UP", "2s"));
        env.put("KAFKA_MAX_ATTEMPTS", "4");
        env.put("KAFKA_QUEUE_CAPACITY", "5");
        env.put("KAFKA_MAX_PENDING_PER_TENANT", "6");
        env.put("KAFKA_RETRY_BACKOFF_MS", "7");
        env.put("CLUSTER_GRPC_TOKEN", "tok");
        env.put("GRPC_BREAKER_FAILURE_THRESHOLD", "8");
        env.put("GRPC_BREAKER_OPEN_MS", "9");
        env.put("LOCAL_ROUTE_CACHE_TTL_SECONDS", "10");
        env.put("INBOUND_TOTAL_BYTES", "27");
        env.putAll(Map.of("DATABASE_URL", "postgres://h/d", "DATABASE_USER", "u", "DATABASE_PASSWORD", "hunter5"));
        env.put("STORE_FOLDER", "store");
        env.put("LOG_FORMAT", "text");
        env.put("LOG_LEVEL", "ERROR");
        env.put("LOG_LEVELS", "{\"io.mics.ws\":\"WARN\"}");
        env.put("MAX_MESSAGE_BYTES", "11");
        env.put("WS_KEEPALIVE_INTERVAL_SECONDS", "12");
        env.put("DRAIN_TIMEOUT_SECONDS", "13");
        env.put("DRAIN_MIN_SECONDS", "31");
        env.put("GROUP_ROUTE_CHUNK_SIZE", "14");
        env.put("GROUP_MEMBERS_MAX_USERS", "15");
        env.put("GROUP_OFFLINE_BUFFER_MAX_USERS", "16");
        env.put("HOOK_SIGN_REQUIRED", "true");
        env.put("HOOK_MAX_CONCURRENCY", "17");
        env.put("HOOK_QUEUE_TIMEOUT_MS", "18");
        env.put("HOOK_BREAKER_FAILURE_THRESHOLD", "19");
        env.put("HOOK_BREAKER_OPEN_MS", "20");
        env.put("HOOK_TIMEOUT_MS", "21");
        env.put("AUTH_TIMEOUT_MS", "22");
        env.put("OFFLINE_BUFFER_MAX_MESSAGES_PER_USER", "23");
        env.put("OFFLINE_BUFFER_MAX_BYTES_PER_USER", "24");
        env.put("OFFLINE_BUFFER_MAX_USERS_PER_TENANT", "25");
        env.put("TENANT_AUTH_MAP", "{\"t1\":\"http://env/\",\"t2\":\"http://two\"}");
        env.put("TENANT_HOOK_SECRETS", "{\"t1\":\"new\"}");
        env.put("TENANT_HOOK_MAX_CONCURRENCY", "{\"t2\":26}");
        return env;
    }

    private static Map<String, String> withEngines(Map<String, String> env) {
        Map<String, String> all = new HashMap<>(env);
        all.put("REDIS__CONNECTION", "");
        all.put("KAFKA__BOOTSTRAP_SERVERS", "");
        return all;
    }

    @Test
    void everyZeroOfTheContractIsAccepted() {
        Map<String, String> env = new HashMap<>();
        for (EnvironmentName name : NodeConfigReader.ENVIRONMENT) {
            if (name.form() == EnvironmentName.Form.VALUE && !name.name().equals("HOOK_TIMEOUT_MS")) {
                env.put(name.name(), "0");
            }
        }
        env.putAll(Map.of("HOOK_SIGN_REQUIRED", "false", "LOG_FORMAT", "json", "LOG_LEVEL", "INFO"));
        NodeConfig c = valid(env);
        assertThat(c.maxMessageBytes()).isZero();
        assertThat(c.get(QueueSettings.Frames.SECTION).maxFrameBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThat(c.get(GroupSettings.SECTION)).isEqualTo(new GroupSettings(0, 0, 0, 8, OPEN / 10, OPEN / 20));
        assertThat(c.get(WsSettings.SECTION).keepalive()).isZero();
        assertThat(c.get(KafkaEventSettings.SECTION).queueCapacity()).isZero();
        assertThat(c.get(ClusterSettings.SECTION).breakerOpen()).isZero();
        assertThat(c.tenants().defaults().hooks().breakerOpen()).isZero();
        assertThat(c.tenants().defaults().hooks().queueTimeout()).isZero();
        assertThat(c.tenants().defaults().hooks().maxConcurrency()).isZero();
        assertThat(c.tenants().defaults().offline().messagesPerUser()).isZero();
        assertThat(c.tenants().defaults().offline().bytesPerUser()).isZero();
        assertThat(c.tenants().defaults().offline().usersPerTenant()).isZero();
    }

    @Test
    void anUnknownKeyNamesTheNearestValidOne() throws IOException {
        write("mics.yaml", "prot: 1\ndefaults: {hooks: {timeot: 1s}}\nkeepalive: 3s\n");
        var timeout = tuple("defaults.hooks.timeot", "defaults.hooks.timeout");
        assertThat(problems(Map.of()))
                .extracting(Problem::key, Problem::nearest)
                .containsExactlyInAnyOrder(tuple("prot", "port"), timeout, tuple("keepalive", "ws.keepalive"));
    }

    @Test
    void allProblemsOfFilesAndEnvironmentAreReportedAtOnceWithTheirSource() throws IOException {
        write("mics.yaml", "port: abc\nws: 5\nhost: [a]\ndrain-timeout: 10 parsecs\nplayground: {public: maybe}\n");
        write(
                "tenants.yaml",
                "tenants: {t1: {slow-consumer: panic, origins: x, limits: {connections: -1}}, 'b d': {}}");
        List<Problem> problems = problems(Map.of("HOOK_QUEUE_TIMEOUT_MS", "soon", "TENANT_AUTH_MAP", "{oops"));
        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "tenants.*.hooks.base-url",
                        "port",
                        "ws",
                        "host",
                        "drain-timeout",
                        "playground.public",
                        "defaults.hooks.queue-timeout",
                        "tenants.t1.slow-consumer",
                        "tenants.t1.origins",
                        "tenants.t1.limits.connections",
                        "tenants.b d");
        assertThat(problems)
                .anySatisfy(problem -> assertThat(problem.line())
                        .contains("defaults.hooks.queue-timeout: 'soon'")
                        .contains("(environment HOOK_QUEUE_TIMEOUT_MS)"));
        assertThat(problems).anySatisfy(problem -> assertThat(problem.source()).endsWith("mics.yaml"));
    }

    @Test
    void brokenYamlIsAProblemWithItsPlaceAndWithoutItsText() throws IOException {
        write("tenants.yaml", "tenants:\n  t1: {hooks: {secret: 'hunter2\n");
        assertThat(problems(Map.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.line())
                        .contains("not valid YAML at line")
                        .doesNotContain("hunter2"));
    }

    @Test
    void aSecretForAnUnknownTenantIsAProblem() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        assertThat(problems(Map.of("TENANT_HOOK_SECRETS", "{\"t9\":\"hunter2\"}")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.line())
                        .startsWith("tenants.t9.hooks.secret")
                        .doesNotContain("hunter2"));
    }

    @Test
    void redisWithoutTenantsIsAProblemAndItsPasswordIsNeverPrinted() {
        List<Problem> problems =
                problems(Map.of("REDIS__CONNECTION", "redis://:hunter2@r:6379", "CLUSTER_GRPC_TOKEN", "between-us"));
        assertThat(problems).extracting(Problem::key).containsExactly("tenants");
        assertThat(problems.toString()).doesNotContain("hunter2");
    }

    @Test
    void anAddressOfRedisThatIsNoneIsAProblemWithItsKeyAndWithoutItsText() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        assertThat(problems(Map.of("REDIS__CONNECTION", "redis:6379,password=hunter2,ssl=perhaps")))
                .anySatisfy(problem -> assertThat(problem.line())
                        .startsWith("redis.uri: has an ssl that is not true or false")
                        .doesNotContain("hunter2"));
    }

    @Test
    void aNodeThatRenewsTooSeldomForItsLeaseIsAProblem() throws IOException {
        write("mics.yaml", "cluster: {node-lease: 3s, node-renewal: 2s}");
        assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("cluster.node-renewal");
        write("mics.yaml", "cluster: {node-lease: 3s, node-renewal: 1s}\nredis: {command-timeout: 5ms}");
        assertThat(valid(Map.of()).get(ClusterSettings.SECTION).nodeLease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(valid(Map.of()).get(RedisSettings.SECTION).commandTimeout()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void kafkaWithoutTenantsIsAProblem() {
        assertThat(problems(Map.of("KAFKA__BOOTSTRAP_SERVERS", "k:9092")))
                .extracting(Problem::key)
                .containsExactly("tenants");
    }

    @Test
    void thePlaygroundsNameIsRefused() throws IOException {
        write("tenants.yaml", "tenants: {t1: {messages: durable}, playground: {}}");
        assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("tenants.playground");
    }

    @Test
    void theIdleDelayOfOlderDeploymentsSaysThatItHasNoEffect() {
        assertThat(NodeConfigReader.read(dir, Map.of("KAFKA_IDLE_DELAY_MS", "5")))
                .isInstanceOfSatisfying(
                        ConfigResult.Valid.class,
                        valid -> assertThat(valid.notes().toString()).contains("KAFKA_IDLE_DELAY_MS"));
    }

    @Test
    void noSecretIsInTheTextOfTheSettings() throws IOException {
        write("tenants.yaml", "tenants: {t1: {hooks: {secret: hunter2}}}");
        NodeConfig c = valid(Map.of("CLUSTER_GRPC_TOKEN", "hunter3"));
        assertThat(c.toString()).doesNotContain("hunter2").doesNotContain("hunter3");
    }

    @Test
    void linksBetweenNodesNeedAllThreeTlsFilesOrNone() throws IOException {
        assertThat(valid(Map.of()).get(ClusterSettings.SECTION).tls().configured())
                .isFalse();
        Path readable = dir.resolve("node.pem");
        write("node.pem", "");
        write("mics.yaml", "cluster: {tls: {certificate: '" + readable + "', key: missing.pem}}");
        assertThat(problems(Map.of()))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder("cluster.tls.key", "cluster.tls.trust");
    }
}
