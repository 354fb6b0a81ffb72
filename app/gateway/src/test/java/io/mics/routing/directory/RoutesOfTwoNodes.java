package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.routing.directory.Routes.Found;
import io.mics.routing.directory.Routes.Limits;
import io.mics.routing.directory.Routes.Registration;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;

/** A directory as two nodes see it, and a tenant of the test's own. */
public abstract class RoutesOfTwoNodes {
    /** How long a device's last node is remembered here. */
    protected static final Duration REMEMBERED = Duration.ofSeconds(2);

    /** A lease that does not end while a test runs. */
    protected static final Duration LONG = Duration.ofSeconds(60);

    /** A lease that is there to end. */
    protected static final Duration SHORT = Duration.ofMillis(200);

    protected static final Limits UNLIMITED = new Limits(0, 0);
    private static final long FIRST = System.nanoTime() % 1_000_000 + 1;
    private static final long BEGIN = System.nanoTime() - Duration.ofDays(1).toNanos();
    private static final AtomicLong NEXT = new AtomicLong(FIRST);

    protected final String tenant = "t" + NEXT.incrementAndGet();
    protected final Peer a = new Peer("a", NEXT.incrementAndGet(), "10.0.0.1:9090");
    protected final Peer b = new Peer("b", NEXT.incrementAndGet(), "10.0.0.2:9090");
    protected Routes onA;
    protected Routes onB;

    @BeforeEach
    void nodes() {
        onA = routes();
        onB = routes();
    }

    /** The directory, as one more node sees it. */
    protected abstract Routes routes();

    /** Returns when this much time has passed for the directory. */
    protected abstract void pass(Duration time);

    /** A route of a connection accepted seconds after the one of the call before, all of them hours ago. */
    protected Route route(Peer node, String user, String device) {
        long number = NEXT.incrementAndGet();
        return new Route(tenant, user, device, node, number, BEGIN + 1_000_000_000 * (number - FIRST));
    }

    protected static void registered(Registration registration) {
        assertThat(registration).isEqualTo(new Registration.Registered(Optional.empty(), Optional.empty()));
    }

    protected static List<Route> found(Found found) {
        assertThat(found).isInstanceOf(Found.Known.class);
        return ((Found.Known) found).routes();
    }
}
