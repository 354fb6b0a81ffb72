package io.mics.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.redis.Redis;
import io.mics.redis.RedisTimeouts;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.Routes;
import io.mics.routing.directory.Routes.Found;
import io.mics.routing.directory.Routes.Limits;
import io.mics.routing.directory.Routes.Registration;
import io.mics.routing.link.Peer;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the directory does while Redis is gone, full, read-only, busy or empty, and once it is well again. */
@Tag("engine")
class RedisUnavailableTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SLACK = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Limits LIMITS = new Limits(2, 3);
    private static final Peer SELF = new Peer("a", 7, "10.0.0.1:9090");

    private final RedisServer server = RedisServer.running();
    private final Metrics metrics = new Metrics();
    private Redis redis = open(server);
    private RedisRoutes routes = routes();

    private static Redis open(RedisServer server) {
        return Redis.open(
                Connections.address(server.uri()),
                new RedisTimeouts(TIMEOUT, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMillis(100)));
    }

    private RedisRoutes routes() {
        return new RedisRoutes(redis, metrics, Duration.ofSeconds(30), Routes.REMEMBERED);
    }

    @AfterEach
    void stop() {
        redis.close();
        server.close();
    }

    private static Route route(String user, long connection) {
        return new Route("t", user, "d", SELF, connection, 0);
    }

    private void isThere() {
        Await.until("recovery", redis::available);
    }

    private void takesNothing(int withinTimeouts) {
        long start = System.nanoTime();
        assertThat(routes.register(route("new", 99), LIMITS, LEASE)).isEqualTo(new Registration.Unavailable());
        assertThat(System.nanoTime() - start)
                .isLessThan(TIMEOUT.multipliedBy(withinTimeouts).plus(SLACK).toNanos());
        Await.until("outage", () -> !redis.available());
        assertThat(redis.unavailableCause()).isPresent();
    }

    @Test
    void everythingIsUnavailableAtOnceWhileRedisIsGoneAndHealsWhenItIsBack() throws IOException {
        var followed = new Following();
        routes.follow(followed);
        Await.until("following", () -> followed.now);
        assertThat(routes.register(route("u", 1), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
        server.stop();
        Await.until("outage", () -> !redis.available() && !followed.now);
        long start = System.nanoTime();
        assertThat(routes.register(route("new", 2), LIMITS, LEASE)).isEqualTo(new Registration.Unavailable());
        assertThat(routes.find("t", "u")).isEqualTo(new Found.Unavailable());
        assertThat(routes.findAll("t", List.of("u"))).isEqualTo(Optional.empty());
        assertThat(routes.renew(List.of(route("u", 1)), LEASE).elsewhere()).isEmpty();
        assertThat(routes.sweep(SELF)).isEmpty();
        routes.countConnections(SELF);
        routes.unregister(route("gone", 3));
        // seven commands: none waits for its time-out
        assertThat(System.nanoTime() - start).isLessThan(TIMEOUT.multipliedBy(6).toNanos());
        for (String op : List.of("register", "unregister", "find", "find_all", "renew")) {
            assertThat(metrics.counter(Metric.REDIS_FALLBACK, "t", op).value())
                    .as(op)
                    .isEqualTo(1);
        }

        server.start();
        isThere();
        Await.until("following", () -> followed.now);
        assertThat(routes.renew(List.of(route("u", 1), route("new", 2)), LEASE).elsewhere())
                .isEmpty();
        routes.countConnections(SELF);
        assertThat(routes.find("t", "new")).isEqualTo(new Found.Known(List.of(route("new", 2))));
        assertThat(routes.register(route("third", 4), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
        assertThat(routes.register(route("fourth", 5), LIMITS, LEASE))
                .isEqualTo(new Registration.Refused(Routes.Limit.CONNECTIONS_OF_TENANT));
    }

    @Test
    void aRedisThatIsNotThereAtTheStartIsFoundLater() throws IOException {
        redis.close();
        server.stop();
        redis = open(server);
        routes = routes();
        takesNothing(1);
        server.start();
        isThere();
        assertThat(routes.register(route("u", 1), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
    }

    @Test
    void aFullRedisIsUnavailableUntilThereIsRoom() {
        server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        server.command("CONFIG", "SET", "maxmemory", "1");
        takesNothing(2);
        assertThat(redis.unavailableCause().orElseThrow()).contains("OOM");
        server.command("CONFIG", "SET", "maxmemory", "0");
        isThere();
        assertThat(routes.register(route("u", 1), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
    }

    @Test
    void aReadOnlyReplicaIsUnavailableUntilItIsAMaster() {
        try (RedisServer master = RedisServer.running()) {
            server.command("REPLICAOF", "127.0.0.1", Integer.toString(master.port()));
            takesNothing(2);
            server.command("REPLICAOF", "NO", "ONE");
            isThere();
        }
    }

    @Test
    void aRedisThatSleepsIsUnavailableWithinTheCommandTimeout() {
        Thread sleep = Thread.ofVirtual().start(() -> server.command("DEBUG", "SLEEP", "5"));
        Await.until("sleep", () -> routes.find("t", "u") instanceof Found.Unavailable);
        takesNothing(3);
        isThere();
        assertThat(sleep.isAlive()).isFalse();
    }

    @Test
    void aRedisBusyWithSomebodysScriptIsUnavailableUntilTheScriptEnds() {
        server.command("CONFIG", "SET", "lua-time-limit", "100");
        Thread.ofVirtual().start(() -> server.command("EVAL", "while true do end", "0"));
        Await.until("busy server", () -> server.command("PING").startsWith("-BUSY"));
        takesNothing(3);
        server.command("SCRIPT", "KILL");
        isThere();
        assertThat(routes.register(route("u", 1), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
    }

    @Test
    void whatRedisForgotIsPutBackByRenewingAndCounting() {
        routes.register(route("u", 1), LIMITS, LEASE);
        routes.register(route("v", 2), LIMITS, LEASE);
        server.command("FLUSHALL");
        server.command("SCRIPT", "FLUSH");
        assertThat(routes.find("t", "u")).isEqualTo(new Found.Known(List.of()));
        assertThat(routes.renew(List.of(route("u", 1), route("v", 2)), LEASE).elsewhere())
                .isEmpty();
        routes.countConnections(SELF);
        assertThat(routes.find("t", "u")).isEqualTo(new Found.Known(List.of(route("u", 1))));
        assertThat(routes.register(route("w", 3), LIMITS, LEASE)).isInstanceOf(Registration.Registered.class);
        assertThat(routes.register(route("x", 4), LIMITS, LEASE))
                .isEqualTo(new Registration.Refused(Routes.Limit.CONNECTIONS_OF_TENANT));
        assertThat(routes.sweep(SELF)).hasValue(3);
    }

    @Test
    void everyKeyExpiresAndTheTenantIsInFront() {
        routes.register(route("u", 1), LIMITS, LEASE);
        new RedisNodeRegistry(redis, LEASE).join("a", "10.0.0.1:9090", false);
        String keys = server.command("KEYS", "*");
        assertThat(keys).contains("t|{t|u}|routes", "t|{t}|connections", "{mics}|nodes", "{mics}|epoch");
        for (String key : keys.split("\r\n")) {
            if (key.contains("|")) {
                assertThat(server.command("PTTL", key)).as(key).matches(":[1-9]\\d+\r\n");
            }
        }
    }

    private static final class Following implements Routes.Changes {
        volatile boolean now;

        @Override
        public void changed(String tenant, String user) {}

        @Override
        public void following(boolean following) {
            now = following;
        }
    }
}
