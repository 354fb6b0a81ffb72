package io.mics.node.settings;

import io.mics.config.ConfigFile;
import io.mics.config.ConfigResult;
import io.mics.config.Environment;
import io.mics.config.EnvironmentName;
import io.mics.config.Problem;
import io.mics.config.Section;
import io.mics.config.Settings;
import io.mics.config.SettingsSection;
import io.mics.console.PlaygroundSettings;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.redis.RedisSettings;
import io.mics.tenant.SettingSource;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantReader;
import io.mics.tenant.TenantSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads {@link NodeConfig} once: every registered section, and the tenants. */
public final class NodeConfigReader {
    /** Every environment name the server reads. */
    static final List<EnvironmentName> ENVIRONMENT = Stream.concat(
                    NodeConfig.SECTIONS.stream()
                            .map(SettingsSection::environment)
                            .flatMap(List::stream),
                    TenantReader.ENVIRONMENT.stream())
            .toList();

    /** What durable conversations may take of what may grow, where the database is their log. */
    private static final int DURABLE_PERCENT = 5;

    /** The same where Kafka is, which the pipeline reads. */
    private static final int PIPELINE_PERCENT = 19;

    private final Map<String, String> variables;
    private final Environment environment;
    private final long heap;
    private final List<Problem> problems = new ArrayList<>();

    /** A reader for a node whose heap has {@code heap} bytes. */
    NodeConfigReader(Map<String, String> variables, long heap) {
        this.variables = variables;
        this.environment = Environment.of(variables, ENVIRONMENT);
        this.heap = heap;
    }

    /** Reads the files in {@code dir} with {@code variables} over them; missing files are empty ones. */
    public static ConfigResult<NodeConfig> read(Path dir, Map<String, String> variables) {
        return new NodeConfigReader(variables, Runtime.getRuntime().maxMemory()).read(dir);
    }

    ConfigResult<NodeConfig> read(Path dir) {
        problems.addAll(environment.problems());
        Section node = ConfigFile.read(dir.resolve("mics.yaml"), environment, problems);
        Section tenantsFile = ConfigFile.read(dir.resolve("tenants.yaml"), environment, problems);
        TenantSettings defaults = TenantReader.settings(node.section("defaults"), TenantSettings.DEFAULTS);
        List<TenantConfig> tenants = TenantReader.tenants(tenantsFile, defaults);
        Settings settings =
                Settings.read(NodeConfig.SECTIONS, node, variables, heap, setApart(tenants, node.section("kafka")));
        NodeConfig config = new NodeConfig(settings, tenants(tenantsFile, defaults, tenants, settings));
        MemoryCeiling.of(config)
                .refusal(heap)
                .ifPresent(why -> problems.add(new Problem("memory", "file:" + dir.resolve("mics.yaml"), why, "")));
        node.finish();
        tenantsFile.finish();
        return problems.isEmpty()
                ? new ConfigResult.Valid<>(config, environment.notes())
                : new ConfigResult.Invalid<>(List.copyOf(problems));
    }

    /** Percent of what may grow that durable conversations have, as they do in the playground: without tenants. */
    private static int setApart(List<TenantConfig> tenants, Section kafka) {
        boolean durable = tenants.isEmpty()
                || tenants.stream().anyMatch(tenant -> tenant.settings().isDurable());
        if (!durable) {
            return 0;
        }
        return kafka.filled("bootstrap-servers") ? PIPELINE_PERCENT : DURABLE_PERCENT;
    }

    private static NodeConfig.ServedTenants tenants(
            Section file, TenantSettings defaults, List<TenantConfig> tenants, Settings settings) {
        boolean alone = !settings.get(RedisSettings.SECTION).isConfigured()
                && !settings.get(KafkaEventSettings.SECTION).isConfigured();
        boolean given = !file.section("tenants").names().isEmpty();
        if (!alone && !given) {
            file.reject("tenants", "is empty, but Redis or Kafka is configured");
        }
        boolean open = alone && !given;
        boolean publicAccess = settings.get(PlaygroundSettings.SECTION).publicAccess();
        return new NodeConfig.ServedTenants(
                open,
                defaults,
                open ? playgroundTenants(defaults, publicAccess) : tenants,
                file.section("tenants").namesInFile());
    }

    /** Anybody may be anybody there, but not a page from elsewhere that the developer's browser happens to show. */
    private static List<TenantConfig> playgroundTenants(TenantSettings defaults, boolean publicAccess) {
        TenantSettings settings = (publicAccess ? defaults : defaults.forLoopbackPages())
                .withHooks(defaults.hooks().at(PlaygroundHooks.BASE_URL));
        Map<String, SettingSource> sources = Map.of("hooks.base-url", SettingSource.DEFAULTS);
        return List.of(
                new TenantConfig(TenantReader.PLAYGROUND, settings, sources),
                new TenantConfig(TenantReader.PLAYGROUND_DURABLE, settings.durably(), sources));
    }
}
