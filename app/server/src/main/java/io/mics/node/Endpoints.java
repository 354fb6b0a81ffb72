package io.mics.node;

import io.helidon.webserver.http.HttpRouting;
import io.mics.admin.AdminApi;
import io.mics.admin.AdminListener;
import io.mics.admin.AdminSettings;
import io.mics.console.PlaygroundPage;
import io.mics.lifecycle.Closing;
import io.mics.listener.Descriptors;
import io.mics.listener.ListenSettings;
import io.mics.listener.PortContext;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Log;
import io.mics.observe.Observability;
import io.mics.ws.ConnectionServices;
import io.mics.ws.GatewayServer;
import io.mics.ws.WsSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a node: the public one where it serves clients, and the internal one where that is another. Roles add
 * what is answered; then they are opened, once.
 */
final class Endpoints implements AutoCloseable {
    private static final Log LOG = Log.of(Endpoints.class);
    private static final int INTERNAL_CONNECTIONS = 64;
    private static final int INTERNAL_BODY_BYTES = 4 << 20;
    private static final int PUBLIC_BODY_BYTES = 1 << 20;

    private final Closing closing = new Closing();
    private final NodeConfig config;
    private final PortContext portContext;
    private final Observability observability;
    private Optional<Clients> clients = Optional.empty();
    private Optional<AdminApi> operators = Optional.empty();
    private volatile @Nullable AdminListener internal;
    private volatile @Nullable GatewayServer server;

    private record Clients(ConnectionServices services, PlaygroundPage page) {}

    /** Ports that answer nothing yet, and are not open. */
    Endpoints(NodeConfig config, PortContext portContext, Observability observability) {
        this.config = config;
        this.portContext = portContext;
        this.observability = observability;
    }

    /** Has the public port serve clients, and show them this page. */
    void serveClients(ConnectionServices services, PlaygroundPage page) {
        clients = Optional.of(new Clients(services, page));
    }

    /** Has what is under {@code /internal} answered. */
    void serveOperators(AdminApi api) {
        operators = Optional.of(api);
    }

    /** Opens them, the internal one first: what is ready can be looked at. */
    void open() {
        boolean together = clients.isPresent()
                && config.node().internalPort() == config.node().port();
        clients.ifPresent(serving -> observability.check("port", this::notListening));
        if (!together) {
            observability.check("internal-port", this::internalNotListening);
            internal = closing.add("internal listener", openInternal());
        } else if (operators.isPresent()
                && config.get(AdminSettings.SECTION).adminToken().isEmpty()
                && !config.tenants().playground()) {
            LOG.warn(
                    "internal_on_public_port",
                    "fix",
                    "set internal-port or admin-token: a proxy on this machine may pass for a tool here");
        }
        clients.ifPresent(serving -> server = closing.add("public listener", openPublic(serving, together)));
    }

    private GatewayServer openPublic(Clients serving, boolean together) {
        boolean publicMetrics = config.get(AdminSettings.SECTION).metricsPublic();
        WsSettings ws = config.get(WsSettings.SECTION);
        int connections = connections(ws.maxTcpConnections(), Descriptors.limit(), Descriptors.open());
        boolean metricsHere = publicMetrics || (together && operators.isPresent());
        return GatewayServer.start(
                ListenSettings.http(
                        "public",
                        config.bindAddress(),
                        config.node().port(),
                        new ListenSettings.Setting("port", "PORT"),
                        bounds(ws, connections, PUBLIC_BODY_BYTES)),
                portContext,
                serving.services(),
                metricsHere ? observability.feature() : observability.featureWithoutMetrics(),
                routing -> operators.filter(api -> together).ifPresent(api -> route(api, routing, publicMetrics)),
                serving.page());
    }

    private static void route(AdminApi internal, HttpRouting.Builder routing, boolean publicMetrics) {
        if (publicMetrics) {
            internal.route(routing);
        } else {
            internal.route(routing, Observability.METRICS);
        }
    }

    private AdminListener openInternal() {
        return AdminListener.start(
                ListenSettings.http(
                        "internal",
                        config.bindAddress(),
                        config.node().internalPort(),
                        new ListenSettings.Setting("internal-port", "INTERNAL_PORT"),
                        bounds(config.get(WsSettings.SECTION), INTERNAL_CONNECTIONS, INTERNAL_BODY_BYTES)),
                portContext,
                routing -> operators.ifPresent(api -> api.route(routing)),
                observability.feature());
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
        AdminListener opened = internal;
        return opened == null ? Optional.of("not open yet") : opened.notListening();
    }

    private Optional<String> notListening() {
        GatewayServer opened = server;
        return opened == null ? Optional.of("not open yet") : opened.notListening();
    }

    /** The public port; 0 before it is open, and where no clients are served. */
    int port() {
        GatewayServer opened = server;
        return opened == null ? 0 : opened.port();
    }

    /** The internal port, which may be the public one. */
    int internalPort() {
        AdminListener opened = internal;
        return opened == null ? port() : opened.port();
    }

    @Override
    public void close() {
        closing.close();
    }
}
