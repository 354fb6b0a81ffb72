package io.mics.loadtest.gatling;

import io.gatling.javaapi.core.Session;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The one run of this process; Gatling makes the simulations itself, so they look it up here. */
final class Load {
    private static final AtomicReference<@Nullable Load> CURRENT = new AtomicReference<>();
    private static final String CLIENT = "client";

    final Settings settings;
    final Tally tally;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicInteger users = new AtomicInteger();
    private final long startNanos = System.nanoTime();

    private Load(Settings settings) {
        this.settings = settings;
        tally = new Tally(settings);
    }

    static Load begin(Settings settings) {
        Load load = new Load(settings);
        CURRENT.set(load);
        return load;
    }

    static Load current() {
        Load load = CURRENT.get();
        if (load == null) {
            throw new IllegalStateException("start simulations with " + Run.class.getName());
        }
        return load;
    }

    /** Gives a virtual user its place; numbers count from 1. */
    Session enter(Session session) {
        return session.set(CLIENT, new Client(settings, tally, run, "s", users.incrementAndGet()));
    }

    /** The receiver of that number: of a sender's messages, or a member of the group. */
    Client receiver(int number) {
        return new Client(settings, tally, run, settings.scene() == Scene.GROUP_CHAT ? "u" : "r", number);
    }

    static Client client(Session session) {
        Client client = session.get(CLIENT);
        if (client == null) {
            throw new IllegalStateException("a user without a client");
        }
        return client;
    }

    /** Whether connections are still being opened, and not for too long. */
    boolean isOpening() {
        Duration passed = Duration.ofNanos(System.nanoTime() - startNanos);
        return !tally.everyoneIsConnected() && passed.toSeconds() < settings.rampSeconds() + 30L;
    }

    String url(Session session) {
        return url(client(session));
    }

    /** Every run has a device of its own, so that two can run side by side. */
    String url(Client client) {
        return settings.url() + "?tenantId=" + settings.tenantId() + "&token=valid:" + client.user
                + "&deviceId=gatling-" + run;
    }
}
