package io.mics.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.Routes;
import io.mics.routing.directory.Routes.Limit;
import io.mics.routing.directory.Routes.Limits;
import io.mics.routing.directory.Routes.Registration;
import io.mics.routing.directory.RoutesContract;
import io.mics.routing.link.Peer;
import io.mics.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RedisRoutesTest extends RoutesContract {
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static final List<Redis> NODES = new ArrayList<>();
    private static RedisServer server;
    private static int next;

    @BeforeAll
    static void start() {
        server = RedisServer.running();
        connect(server.uri());
        OPEN.add(server);
    }

    static void connect(String uri) {
        for (int i = 0; i < 2; i++) {
            Redis node = Connections.open(uri);
            NODES.add(node);
            OPEN.add(node);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable open : OPEN) {
            open.close();
        }
        OPEN.clear();
        NODES.clear();
    }

    @Override
    protected Routes routes() {
        return new RedisRoutes(NODES.get(next++ % 2), new Metrics(), Duration.ofSeconds(30), REMEMBERED);
    }

    @Override
    protected void pass(Duration time) {
        Connections.sleep(time);
    }

    /** A route whose registration has written it and not asked the quota yet. */
    private Route waiting(Peer node) {
        Route route = route(node, "u", "d");
        List<String> arguments = new ArrayList<>(RouteEntry.arguments(route, LONG.toMillis()));
        arguments.addAll(List.of("0", "P", "1000", DirectoryKeys.CHANGES, DirectoryKeys.user(tenant, "u")));
        Call call = new Call(DirectoryScripts.REGISTER_ROUTE, List.of(DirectoryKeys.routes(tenant, "u")), arguments);
        assertThat(NODES.getFirst().evaluate(call)).isInstanceOf(RedisOutcome.Value.class);
        return route;
    }

    @Test
    void takingOverARouteThatWaitsForItsPlaceNeedsAPlace() {
        Limits one = new Limits(0, 1);
        Route other = route(b, "other", "d");
        registered(onB.register(other, one, LONG));
        Route early = waiting(a);
        assertThat(onB.register(route(b, "u", "d"), one, LONG))
                .isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
        assertThat(found(onB.find(tenant, "u"))).isEmpty();
        onB.unregister(other);
        Route again = waiting(a);
        assertThat(onB.register(route(b, "u", "d"), one, LONG))
                .isEqualTo(new Registration.Registered(Optional.of(again), Optional.of(a)));
        assertThat(early).isNotEqualTo(again);
        assertThat(onB.register(other, one, LONG)).isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
    }

    @Test
    void aNumberThatIsWrongInRedisIsSaidAgain() {
        Limits two = new Limits(0, 2);
        registered(onA.register(route(a, "u", "d"), two, LONG));
        String wrong = "5|9999999999999|1";
        server.command("HSET", DirectoryKeys.connections(tenant), Long.toString(a.epoch()), wrong);
        assertThat(onB.register(route(b, "v", "d"), two, LONG))
                .isEqualTo(new Registration.Refused(Limit.CONNECTIONS_OF_TENANT));
        onA.countConnections(a);
        registered(onB.register(route(b, "v", "d"), two, LONG));
    }

    @Test
    void aPlaceThatMovedIsNotCountedTwiceOnceTheOldConnectionIsGone() {
        Limits one = new Limits(0, 1);
        Route first = route(a, "u", "d");
        registered(onA.register(first, one, LONG));
        Route moved = route(b, "u", "d");
        onB.register(moved, one, LONG);
        onA.countConnections(a);
        onA.unregister(first);
        onB.unregister(moved);
        registered(onA.register(route(a, "v", "d"), one, LONG));
    }

    /** Writes a live route of node b that was accepted, in its node's words, at this time. */
    private void written(String accepted) {
        long until = System.currentTimeMillis() + LONG.toMillis();
        String entry = "L|" + b.epoch() + "|1|" + accepted + "|" + until + "|b|" + b.endpoint();
        server.command("HSET", DirectoryKeys.routes(tenant, "u"), "d", entry);
    }

    @Test
    void ofARouteOfAnEarlierVersionTheTimeIsReadInItsUnit() {
        Route old = route(a, "u", "d");
        Route now = new Route(tenant, "u", "d", a, old.connection() + 1, System.nanoTime());
        written(Long.toString(System.currentTimeMillis() - 60_000));
        assertThat(onA.renew(List.of(old), LONG).elsewhere()).containsExactly(old);
        assertThat(onA.register(now, UNLIMITED, LONG))
                .isEqualTo(
                        new Registration.Registered(Optional.of(new Route(tenant, "u", "d", b, 1, 0)), Optional.of(b)));
    }

    @Test
    void aRouteWrittenBeforeTheClockWentBackKeepsNobodyOut() {
        Route now = new Route(tenant, "u", "d", a, 1, System.nanoTime());
        written((System.currentTimeMillis() + 3_600_000) + "000");
        assertThat(onA.register(now, UNLIMITED, LONG))
                .isEqualTo(
                        new Registration.Registered(Optional.of(new Route(tenant, "u", "d", b, 1, 0)), Optional.of(b)));
        written((System.currentTimeMillis() + 3_600_000) + "000");
        assertThat(onA.renew(List.of(now), LONG).restored()).containsExactly(now);
    }
}
