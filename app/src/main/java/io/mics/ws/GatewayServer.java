package io.mics.ws;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerFeature;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The public port: WebSocket upgrades on {@code /ws}, and the few HTTP pages beside it. */
public final class GatewayServer implements AutoCloseable {
    private static final int REQUEST_LINE_MAX = 32 * 1024;
    private static final int HEADERS_MAX = 32 * 1024;

    /**
     * Keeps the server from finding protocols of its own. With one selector a socket gets its connection, and so its
     * deadline, before its first byte. The builder's own switch for this has no effect in Helidon 4.4.0.
     */
    private static final Config ONLY_OUR_SELECTOR =
            Config.just(ConfigSources.create(Map.of("protocols-discover-services", "false")));

    private final WebServer server;

    private GatewayServer(WebServer server) {
        this.server = server;
    }

    /**
     * Where and how it listens.
     *
     * @param host             address to bind; {@code 0.0.0.0} is every one
     * @param port             0 takes a free one
     * @param maxConnections   sockets at one time, further ones wait unaccepted; 0 is unlimited
     * @param handshakeTimeout from accepting a socket to its whole request head
     * @param idleTimeout      how long a socket that is no WebSocket may be silent between requests
     */
    public record Listen(String host, int port, int maxConnections, Duration handshakeTimeout, Duration idleTimeout) {}

    /**
     * Starts to listen.
     *
     * @param internal adds what else is answered here
     */
    public static GatewayServer start(
            Listen listen,
            Gateway gateway,
            ServerFeature observe,
            Consumer<HttpRouting.Builder> internal,
            HttpService page) {
        HandshakeDeadline deadline = new HandshakeDeadline(gateway.wheel(), listen.handshakeTimeout());
        var http1 = Http1ConnectionSelector.builder().config(http(deadline));
        GatewayUpgrader.all(gateway).forEach(http1::addUpgrader);
        WebServer server = WebServer.builder()
                .config(ONLY_OUR_SELECTOR)
                .host(listen.host())
                .port(listen.port())
                .useNio(false)
                .shutdownHook(false)
                .maxTcpConnections(listen.maxConnections() == 0 ? -1 : listen.maxConnections())
                .idleConnectionTimeout(listen.idleTimeout())
                .idleConnectionPeriod(listen.idleTimeout().dividedBy(2))
                .connectionOptions(options -> options.tcpNoDelay(true))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(deadline.watching(http1.build()))
                .featuresDiscoverServices(false)
                .addFeature(observe)
                .routing(routing -> {
                    internal.accept(routing);
                    route(routing, gateway.draining(), page);
                })
                .build()
                .start();
        return new GatewayServer(server);
    }

    /** A token may be longer than the server's default request line. */
    private static Http1Config http(HandshakeDeadline deadline) {
        return Http1Config.builder()
                .addReceiveListener(new UpgradeHeader(deadline))
                .maxPrologueLength(REQUEST_LINE_MAX)
                .maxHeadersSize(HEADERS_MAX)
                .build();
    }

    private static void route(HttpRouting.Builder routing, BooleanSupplier draining, HttpService page) {
        routing.any(GatewayUpgrader.PATH, new NotUpgraded(draining));
        routing.any(GatewayUpgrader.PATH_WITH_SLASH, new NotUpgraded(draining));
        routing.register("/", page);
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
