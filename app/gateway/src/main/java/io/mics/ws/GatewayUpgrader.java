package io.mics.ws;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.mics.listener.ClientAddress;
import io.mics.listener.OpenSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a proper upgrade request for {@code /ws} into a {@link WsConnection}; anything else is left to HTTP routing.
 */
public final class GatewayUpgrader implements Http1Upgrader {
    /** Where connections are made. */
    public static final String PATH = "/ws";

    /** The same, as some clients of the earlier server write it. */
    static final String PATH_WITH_SLASH = "/ws/";

    private final ConnectionServices services;

    private GatewayUpgrader(ConnectionServices services) {
        this.services = services;
    }

    /** The one upgrader; {@link UpgradeHeader} brings every spelling to it. */
    public static List<GatewayUpgrader> all(ConnectionServices services) {
        return List.of(new GatewayUpgrader(services));
    }

    @Override
    public String supportedProtocol() {
        return OpeningHandshake.WEBSOCKET;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for "not mine"
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        String path = prologue.uriPath().rawPath();
        if (!(path.equals(PATH) || path.equals(PATH_WITH_SLASH))
                || services.draining().getAsBoolean()) {
            return null;
        }
        OpenSocket socket = OpenSocket.of(context);
        return Handshake.read(prologue, headers, socket.client(headers))
                .map(handshake -> {
                    ClientAddress client = socket.upgraded(headers);
                    context.serverSocket().write(handshake.accept());
                    return new WsConnection(context, client, handshake, services);
                })
                .orElse(null);
    }
}
