package io.mics;

import io.mics.api.Admission;
import io.mics.api.InternalApi;
import io.mics.api.InternalServer;
import io.mics.console.PlaygroundPage;
import io.mics.lifecycle.Closing;
import io.mics.observe.Observability;
import io.mics.tenant.Tenants;
import io.mics.ws.Gateway;
import io.mics.ws.GatewayServer;

/** The ports of a node: the public one, and the internal one where that is another. */
final class Listeners implements AutoCloseable {
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
        if (!together) {
            closing.add(
                    "internal listener", InternalServer.start(config.bindAddress(), config.internalPort(), internal));
        }
        NodeConfig.Ws ws = config.ws();
        GatewayServer.Listen listen = new GatewayServer.Listen(
                config.bindAddress(), config.port(), ws.maxTcpConnections(), ws.handshakeTimeout(), ws.idleTimeout());
        server = closing.add(
                "public listener",
                GatewayServer.start(
                        listen, gateway, observability.feature(), together ? internal::route : routing -> {}, page));
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
