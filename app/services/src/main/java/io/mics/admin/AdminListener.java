package io.mics.admin;

import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.spi.ServerFeature;
import io.mics.listener.HelidonFeatures;
import io.mics.listener.ListenSettings;
import io.mics.listener.Listener;
import io.mics.listener.PortContext;
import io.mics.listener.Protocol;
import java.util.Optional;
import java.util.function.Consumer;

/** The listener of {@code /internal} where it is not the public one. */
public final class AdminListener implements AutoCloseable {
    private final Listener listener;

    private AdminListener(Listener listener) {
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param api     adds what operators are answered
     * @param observe what the node says about itself, here too
     */
    public static AdminListener start(
            ListenSettings listen, PortContext portContext, Consumer<HttpRouting.Builder> api, ServerFeature observe) {
        HttpRouting.Builder routing = HttpRouting.builder();
        api.accept(routing);
        HelidonFeatures.add(observe, routing);
        return new AdminListener(Listener.open(listen, Protocol.http1(routing), portContext));
    }

    /** Why nobody can ask; empty while somebody can. */
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
