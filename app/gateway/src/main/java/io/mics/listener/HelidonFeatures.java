package io.mics.listener;

import io.helidon.common.Builder;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.spi.ServerFeature;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Lets a server feature add its paths to a routing that is served by a {@link Listener}. */
public final class HelidonFeatures {
    /**
     * Keeps the library from finding features and protocols of its own, which would make a second registry of meters.
     * The builder's own switches for this have no effect in Helidon 4.4.0.
     */
    private static final Config NOTHING_FOUND = Config.just(ConfigSources.create(
            Map.of("features-discover-services", "false", "protocols-discover-services", "false")));

    private HelidonFeatures() {}

    /** Adds what {@code feature} answers. */
    public static void add(ServerFeature feature, HttpRouting.Builder routing) {
        feature.setup(new OneSocket(settings().buildPrototype(), routing));
    }

    /** Settings of a server that is never started: the library's connections and features ask for them. */
    static WebServerConfig.Builder settings() {
        return WebServer.builder().config(NOTHING_FOUND).shutdownHook(false);
    }

    /** A server of one socket, the default one. */
    private record OneSocket(WebServerConfig serverConfig, HttpRouting.Builder httpRouting)
            implements ServerFeature.ServerFeatureContext, ServerFeature.SocketBuilders, ServerFeature.RoutingBuilders {
        @Override
        public Set<String> sockets() {
            return Set.of();
        }

        @Override
        public boolean socketExists(String name) {
            return name.equals(WebServer.DEFAULT_SOCKET_NAME);
        }

        @Override
        public ServerFeature.SocketBuilders socket(String name) {
            if (!socketExists(name)) {
                throw new NoSuchElementException(name);
            }
            return this;
        }

        @Override
        public ListenerConfig listener() {
            return serverConfig;
        }

        @Override
        public ServerFeature.RoutingBuilders routingBuilders() {
            return this;
        }

        @Override
        public boolean hasRouting(Class<?> type) {
            return type.isInstance(httpRouting);
        }

        @Override
        public <T extends Builder<T, ?>> T routingBuilder(Class<T> type) {
            return type.cast(httpRouting);
        }
    }
}
