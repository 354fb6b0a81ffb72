package io.mics.node;

import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.spi.ServerFeature;
import io.mics.admin.AdminApi;
import io.mics.admin.AdminListener;
import io.mics.admin.AdminPageGuard;
import io.mics.admin.AdminSettings;
import io.mics.admin.Admission;
import io.mics.console.PlaygroundPage;
import io.mics.console.PlaygroundQueries;
import io.mics.lifecycle.Closing;
import io.mics.listener.Descriptors;
import io.mics.listener.ListenSettings;
import io.mics.listener.Ports;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Log;
import io.mics.observe.Observability;
import io.mics.tenant.Tenants;
import io.mics.ws.ConnectionServices;
import io.mics.ws.GatewayServer;
import io.mics.ws.WsSettings;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The ports of a node: the public one, and the internal one where that is another. */
final class Listeners implements AutoCloseable {
    private static final Log LOG = Log.of(Listeners.class);
    private static final int INTERNAL_CONNECTIONS = 64;
    private static final int INTERNAL_BODY_BYTES = 4 << 20;
    private static final int PUBLIC_BODY_BYTES = 1 << 20;

    private final Closing closing = new Closing();
    private volatile @Nullable AdminListener apart;
    private volatile @Nullable GatewayServer server;

    /** Opens them, the internal one first: what is ready can be looked at. */
    Listeners(
            NodeConfig config,
            Ports ports,
            ConnectionServices gateway,
            Observability observability,
            AdminApi internal,
            PlaygroundPage page) {
        try {
            open(config, ports, gateway, observability, internal, page);
        } catch (RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private void open(
            NodeConfig config,
            Ports ports,
            ConnectionServices gateway,
            Observability observability,
            AdminApi internal,
            PlaygroundPage page) {
        boolean together = config.node().internalPort() == config.node().port();
        boolean publicMetrics = config.get(AdminSettings.SECTION).metricsPublic();
        observability.check("port", this::notListening);
        if (!together) {
            observability.check("internal-port", this::internalNotListening);
            apart = closing.add("internal listener", internal(config, ports, internal, observability.feature()));
        } else if (config.get(AdminSettings.SECTION).adminToken().isEmpty()
                && !config.tenants().playground()) {
            LOG.warn(
                    "internal_on_public_port",
                    "fix",
                    "set internal-port or admin-token: a proxy on this machine may pass for a tool here");
        }
        WsSettings ws = config.get(WsSettings.SECTION);
        int connections = connections(ws.maxTcpConnections(), Descriptors.limit(), Descriptors.open());
        ListenSettings listen = ListenSettings.http(
                "public",
                config.bindAddress(),
                config.node().port(),
                new ListenSettings.Setting("port", "PORT"),
                bounds(ws, connections, PUBLIC_BODY_BYTES));
        server = closing.add(
                "public listener",
                GatewayServer.start(
                        listen,
                        ports,
                        gateway,
                        together || publicMetrics ? observability.feature() : observability.featureWithoutMetrics(),
                        together ? routing -> route(internal, routing, publicMetrics) : routing -> {},
                        page));
    }

    private static void route(AdminApi internal, HttpRouting.Builder routing, boolean publicMetrics) {
        if (publicMetrics) {
            internal.route(routing);
        } else {
            internal.route(routing, Observability.METRICS);
        }
    }

    private static AdminListener internal(NodeConfig config, Ports ports, AdminApi api, ServerFeature observe) {
        return AdminListener.start(
                ListenSettings.http(
                        "internal",
                        config.bindAddress(),
                        config.node().internalPort(),
                        new ListenSettings.Setting("internal-port", "INTERNAL_PORT"),
                        bounds(config.get(WsSettings.SECTION), INTERNAL_CONNECTIONS, INTERNAL_BODY_BYTES)),
                ports,
                api,
                observe);
    }

    private static ListenSettings.Bounds bounds(WsSettings ws, int connections, int bodyBytes) {
        return new ListenSettings.Bounds(
                connections, ws.handshakeTimeout(), ws.idleTimeout(), ws.exchangeTimeout(), bodyBytes);
    }

    /** As many sockets as configured, or as the open files of the process leave room for. */
    static int connections(int configured, long files, long open) {
        int room = Descriptors.clients(files, open);
        if (configured > room) {
            LOG.warn(
                    "connections_limited",
                    "max_tcp_connections",
                    configured,
                    "open_files",
                    files,
                    "used",
                    room,
                    "fix",
                    "ulimit -n " + Descriptors.files(configured) + ", or lower ws.max-tcp-connections");
        }
        return configured == 0 ? room : Math.min(configured, room);
    }

    private Optional<String> internalNotListening() {
        AdminListener opened = apart;
        return opened == null ? Optional.of("not open yet") : opened.notListening();
    }

    private Optional<String> notListening() {
        GatewayServer opened = server;
        return opened == null ? Optional.of("not open yet") : opened.notListening();
    }

    /** What operators ask over {@code /internal}. */
    static AdminApi internal(
            NodeConfig config,
            Tenants tenants,
            HookPlatform platform,
            HookDispatching dispatching,
            BooleanSupplier pageIsOn,
            PlaygroundQueries queries) {
        Admission admission = new Admission(config.get(AdminSettings.SECTION).adminToken());
        return new AdminApi(
                admission,
                dispatching.deadLetters(),
                platform.traces(),
                config.nodeId(),
                id -> tenants.find(id).isPresent(),
                platform.api(tenants),
                new PlaygroundPage("/playground", new AdminPageGuard(admission, pageIsOn), queries));
    }

    /** The public port. */
    int port() {
        GatewayServer opened = server;
        return opened == null ? 0 : opened.port();
    }

    /** The internal port, which may be the public one. */
    int internalPort() {
        AdminListener opened = apart;
        return opened == null ? port() : opened.port();
    }

    @Override
    public void close() {
        closing.close();
    }
}
