package io.mics;

import io.helidon.webserver.http.HttpRouting;
import io.mics.api.Admission;
import io.mics.api.InternalApi;
import io.mics.api.InternalServer;
import io.mics.console.PlaygroundPage;
import io.mics.lifecycle.Closing;
import io.mics.observe.Log;
import io.mics.observe.Observability;
import io.mics.tenant.Tenants;
import io.mics.ws.Gateway;
import io.mics.ws.GatewayServer;

/** The ports of a node: the public one, and the internal one where that is another. */
final class Listeners implements AutoCloseable {
    private static final Log LOG = Log.of(Listeners.class);

    private final Closing closing = new Closing();
    private final GatewayServer server;

    /** Opens them, the internal one first: what is ready can be looked at. */
    Listeners(
            NodeConfig config,
            Gateway gateway,
            Observability observability,
            InternalApi internal,
            PlaygroundPage page) {
        boolean together = config.internalPort() == config.port();
        boolean publicMetrics = config.admin().publicMetrics();
        if (!together) {
            closing.add(
                    "internal listener",
                    InternalServer.start(
                            config.bindAddress(), config.internalPort(), internal, observability.feature()));
        } else if (config.admin().token().isEmpty() && !config.playground().open()) {
            LOG.warn(
                    "internal_on_public_port",
                    "fix",
                    "set internal-port or admin-token: a proxy on this machine may pass for a tool here");
        }
        NodeConfig.Ws ws = config.ws();
        GatewayServer.Listen listen = new GatewayServer.Listen(
                config.bindAddress(), config.port(), ws.maxTcpConnections(), ws.handshakeTimeout(), ws.idleTimeout());
        server = closing.add(
                "public listener",
                GatewayServer.start(
                        listen,
                        gateway,
                        together || publicMetrics ? observability.feature() : observability.featureWithoutMetrics(),
                        together ? routing -> route(internal, routing, publicMetrics) : routing -> {},
                        page));
    }

    private static void route(InternalApi internal, HttpRouting.Builder routing, boolean publicMetrics) {
        if (publicMetrics) {
            internal.route(routing);
        } else {
            internal.route(routing, Observability.METRICS);
        }
    }

    /** What operators ask over {@code /internal}. */
    static InternalApi internal(NodeConfig config, Tenants tenants, HookPlatform platform, HookNotices told) {
        return new InternalApi(
                new Admission(config.admin().token()),
                told.deadLetters(),
                platform.trail(),
                config.nodeId(),
                id -> tenants.find(id).isPresent(),
                platform.api(tenants));
    }

    /** The public port. */
    int port() {
        return server.port();
    }

    @Override
    public void close() {
        closing.close();
    }
}
