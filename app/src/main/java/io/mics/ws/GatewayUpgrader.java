package io.mics.ws;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a proper upgrade request for {@code /ws} into a {@link WsConnection}; anything else is left to HTTP routing.
 */
public final class GatewayUpgrader implements Http1Upgrader {
    /** Where connections are made. */
    public static final String PATH = "/ws";

    private final String token;
    private final Gateway gateway;

    private GatewayUpgrader(String token, Gateway gateway) {
        this.token = token;
        this.gateway = gateway;
    }

    /** One upgrader per spelling of the upgrade token in the field: the server's look-up is case-sensitive. */
    public static List<GatewayUpgrader> all(Gateway gateway) {
        return List.of(
                new GatewayUpgrader("websocket", gateway),
                new GatewayUpgrader("WebSocket", gateway),
                new GatewayUpgrader("Websocket", gateway),
                new GatewayUpgrader("WEBSOCKET", gateway));
    }

    @Override
    public String supportedProtocol() {
        return token;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for "not mine"
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        if (!prologue.uriPath().path().equals(PATH) || gateway.draining().getAsBoolean()) {
            return null;
        }
        return Handshake.read(prologue, headers, context.remotePeer().address())
                .map(handshake -> {
                    context.serverSocket().write(handshake.accept());
                    return new WsConnection(context, handshake, gateway);
                })
                .orElse(null);
    }
}
