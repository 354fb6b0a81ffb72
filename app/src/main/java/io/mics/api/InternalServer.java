package io.mics.api;

import io.helidon.config.Config;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerFeature;
import java.time.Duration;

/** The listener of {@code /internal} where it is not the public one. */
public final class InternalServer implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final WebServer server;

    private InternalServer(WebServer server) {
        this.server = server;
    }

    /**
     * Starts to listen; port 0 takes a free one.
     *
     * @param observe what the node says about itself, here too
     */
    public static InternalServer start(String host, int port, InternalApi api, ServerFeature observe) {
        return new InternalServer(WebServer.builder()
                .config(Config.empty())
                .host(host)
                .port(port)
                .shutdownHook(false)
                .idleConnectionTimeout(IDLE)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(Http1ConnectionSelector.builder()
                        .config(Http1Config.create())
                        .build())
                .featuresDiscoverServices(false)
                .addFeature(observe)
                .routing(api::route)
                .build()
                .start());
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
