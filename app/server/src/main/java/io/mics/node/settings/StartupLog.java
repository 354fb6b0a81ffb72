package io.mics.node.settings;

import io.mics.admin.AdminSettings;
import io.mics.console.PlaygroundSettings;
import io.mics.lifecycle.Arguments;
import io.mics.tenant.TenantConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the log says once a node serves: what it is, what it was configured from, and what a person can open. */
public final class StartupLog {
    private static final int TENANTS_NAMED = 5;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "0.0.0.0", "::", "::1");

    private StartupLog() {}

    /**
     * Name, value, name, value; values are texts, numbers and flags.
     *
     * @param port         the public one; 0 where no clients are served
     * @param internalPort the same where there is no other
     */
    public static Object[] fields(Configuration configuration, int port, int internalPort) {
        NodeConfig config = configuration.node();
        String host = host(config.bindAddress());
        boolean playground = config.tenants().playground();
        boolean serves = port != 0;
        List<Object> fields = new ArrayList<>(serves ? List.of("port", port) : List.of());
        fields.addAll(List.of("version", Arguments.version()));
        fields.addAll(List.of("java", Runtime.version().toString()));
        fields.addAll(List.of(
                "config",
                configuration.sources().dir().toAbsolutePath().normalize().toString()));
        fields.addAll(List.of("tenants", tenants(config.tenants().all()), "playground", playground));
        if (playground && serves) {
            fields.addAll(List.of("page", "http://" + host + ":" + port + "/"));
        } else if (serves
                && config.get(PlaygroundSettings.SECTION).page()
                && config.node().is(Role.ADMIN)) {
            fields.addAll(List.of("page", "http://" + host + ":" + internalPort + "/internal/playground"));
        }
        if (serves) {
            fields.addAll(List.of("ws", "ws://" + host + ":" + port + "/ws"));
        }
        if (config.node().is(Role.ADMIN)) {
            fields.addAll(List.of("internal", "http://" + host + ":" + internalPort + "/internal/hooks"));
        }
        int metrics = serves && config.get(AdminSettings.SECTION).metricsPublic() ? port : internalPort;
        fields.addAll(List.of("metrics", "http://" + host + ":" + metrics + "/metrics"));
        return fields.toArray();
    }

    private static String host(String bindAddress) {
        if (THIS_MACHINE.contains(bindAddress)) {
            return "localhost";
        }
        return bindAddress.indexOf(':') < 0 ? bindAddress : "[" + bindAddress + "]";
    }

    private static String tenants(List<TenantConfig> tenants) {
        String named = tenants.stream()
                .map(TenantConfig::id)
                .sorted()
                .limit(TENANTS_NAMED)
                .collect(Collectors.joining(", "));
        int more = tenants.size() - TENANTS_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
