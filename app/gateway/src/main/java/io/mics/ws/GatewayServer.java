package io.mics.ws;

import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.spi.ServerFeature;
import io.mics.listener.HelidonFeatures;
import io.mics.listener.ListenSettings;
import io.mics.listener.Listener;
import io.mics.listener.PortContext;
import io.mics.listener.Protocol;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The public port: WebSocket upgrades on {@code /ws}, and the few HTTP pages beside it. */
public final class GatewayServer implements AutoCloseable {
    private final Listener listener;

    private GatewayServer(Listener listener) {
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param internal adds what else is answered here
     */
    public static GatewayServer start(
            ListenSettings listen,
            PortContext portContext,
            ConnectionServices services,
            ServerFeature observe,
            Consumer<HttpRouting.Builder> internal,
            HttpService page) {
        HttpRouting.Builder routing = HttpRouting.builder();
        internal.accept(routing);
        route(routing, services.draining(), page);
        HelidonFeatures.add(observe, routing);
        Protocol protocol = Protocol.http1(routing, GatewayUpgrader.all(services), UpgradeHeader::new);
        return new GatewayServer(Listener.open(listen, protocol, portContext));
    }

    private static void route(HttpRouting.Builder routing, BooleanSupplier draining, HttpService page) {
        routing.any(GatewayUpgrader.PATH, new NotUpgraded(draining));
        routing.any(GatewayUpgrader.PATH_WITH_SLASH, new NotUpgraded(draining));
        routing.register("/", page);
    }

    /** Why nobody can connect; empty while somebody can. */
    public Optional<String> notListening() {
        return listener.notListening();
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
