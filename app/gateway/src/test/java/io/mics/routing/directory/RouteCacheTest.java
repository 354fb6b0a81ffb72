package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metrics;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RouteCacheTest {
    private static final Peer NODE = new Peer("n1", 1, "127.0.0.1:1");
    private static final PendingWrites WRITES = new PendingWrites();

    private final AtomicLong now = new AtomicLong();
    private final Directory directory = new Directory();
    private FanOutBounds bounds = new FanOutBounds(0, 0);
    private final RouteCache cache =
            new RouteCache(directory, Duration.ofSeconds(5), () -> bounds, now::get, new Metrics());

    /** A directory of which only look-ups are used. */
    private static final class Directory implements Routes {
        final Map<String, List<Route>> users = new HashMap<>();
        final List<String> asked = Collections.synchronizedList(new ArrayList<>());
        boolean away;
        Runnable duringLookUp = () -> {};

        @Override
        public Registration register(Route route, Limits limits, Duration lease) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean unregister(Route route) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Renewal renew(List<Route> routes, Duration lease) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void countConnections(Peer self) {}

        @Override
        public Found find(String tenant, String user) {
            asked.add(user);
            List<Route> answer = users.getOrDefault(user, List.of());
            duringLookUp.run();
            return away ? new Found.Unavailable() : new Found.Known(answer);
        }

        @Override
        public Optional<Map<String, List<Route>>> findAll(String tenant, List<String> wanted) {
            asked.addAll(wanted);
            Map<String, List<Route>> found = new HashMap<>(users);
            found.keySet().retainAll(wanted);
            duringLookUp.run();
            return away ? Optional.empty() : Optional.of(found);
        }

        @Override
        public OptionalInt sweep(Peer dead) {
            return OptionalInt.empty();
        }

        @Override
        public void dead(Set<Long> epochs) {}

        @Override
        public void follow(Changes changes) {}
    }

    private static List<Route> on(long connection) {
        return List.of(new Route("t", "u", "d", NODE, connection, 0));
    }

    private List<Route> find(String user) {
        return cache.find("t", user, WRITES) instanceof Routes.Found.Known known ? known.routes() : List.of();
    }

    @Test
    void asksOnceWhileNothingChanges() throws InterruptedException {
        cache.following(true);
        directory.users.put("u", on(1));
        assertThat(find("u")).isEqualTo(on(1));
        assertThat(find("u")).isEqualTo(on(1));
        assertThat(cache.findAll("t", List.of("u"), WRITES)).contains(Map.of("u", on(1)));
        assertThat(directory.asked).containsExactly("u");
    }

    @Test
    void asksAgainAfterAChangeAndAfterItsTime() {
        cache.following(true);
        directory.users.put("u", on(1));
        find("u");
        directory.users.put("u", on(2));
        cache.changed("t", "u");
        assertThat(find("u")).isEqualTo(on(2));
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        find("u");
        assertThat(directory.asked).hasSize(3);
    }

    @Test
    void doesNotKeepWhatAChangeOvertook() {
        cache.following(true);
        directory.users.put("u", on(1));
        directory.duringLookUp = () -> {
            directory.users.put("u", on(2));
            cache.changed("t", "u");
        };
        assertThat(find("u")).isEqualTo(on(1));
        directory.duringLookUp = () -> {};
        assertThat(find("u")).isEqualTo(on(2));
    }

    @Test
    void doesNotKeepWhatAChangeOvertookAmongMany() throws InterruptedException {
        cache.following(true);
        directory.users.put("u", on(1));
        directory.users.put("v", on(3));
        directory.duringLookUp = () -> cache.changed("t", "u");
        cache.findAll("t", List.of("u", "v"), WRITES);
        directory.duringLookUp = () -> {};
        cache.findAll("t", List.of("u", "v"), WRITES);
        assertThat(directory.asked).containsExactly("u", "v", "u");
    }

    @Test
    void asksForManyInChunksWithinItsWidth() throws InterruptedException {
        cache.following(true);
        bounds = new FanOutBounds(2, 2);
        List<String> wanted = List.of("a", "b", "c", "d", "e");
        wanted.forEach(user -> directory.users.put(user, on(1)));
        CountDownLatch twoAtOnce = new CountDownLatch(2);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        directory.duringLookUp = () -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            twoAtOnce.countDown();
            try {
                assertThat(twoAtOnce.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            inFlight.decrementAndGet();
        };
        assertThat(cache.findAll("t", wanted, WRITES).orElseThrow()).containsOnlyKeys(wanted);
        assertThat(most).hasValue(2);
        assertThat(directory.asked).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void knowsNothingWhenOneChunkCouldNotBeLookedUp() throws InterruptedException {
        cache.following(true);
        bounds = new FanOutBounds(1, 1);
        directory.users.put("u", on(1));
        directory.duringLookUp = () -> directory.away = directory.asked.size() > 1;
        assertThat(cache.findAll("t", List.of("u", "v"), WRITES)).isEmpty();
    }

    @Test
    void isBypassedWhileChangesAreNotPublished() {
        cache.following(true);
        directory.users.put("u", on(1));
        find("u");
        cache.following(false);
        directory.users.put("u", on(2));
        assertThat(find("u")).isEqualTo(on(2));
        cache.following(true);
        directory.users.put("u", on(3));
        assertThat(find("u")).isEqualTo(on(3));
    }

    @Test
    void startsWhatWaitsToBeWrittenBeforeItAsksTheDirectoryAndOnlyThen() throws InterruptedException {
        cache.following(true);
        directory.users.put("u", on(1));
        AtomicInteger started = new AtomicInteger();
        AtomicInteger startedBefore = new AtomicInteger();
        directory.duringLookUp = () -> startedBefore.set(started.get());
        PendingWrites writes = new PendingWrites();
        writes.add(started::incrementAndGet);
        cache.find("t", "u", writes);
        assertThat(startedBefore).hasValue(1);
        writes.add(started::incrementAndGet);
        cache.findAll("t", List.of("u", "v"), writes);
        assertThat(startedBefore).hasValue(2);
        writes.add(started::incrementAndGet);
        cache.find("t", "u", writes);
        cache.findAll("t", List.of("u"), writes);
        assertThat(started).as("known, nobody is asked").hasValue(2);
    }

    @Test
    void neverRemembersThatSomebodyIsNowhere() {
        cache.following(true);
        assertThat(find("u")).isEmpty();
        directory.users.put("u", on(1));
        assertThat(find("u")).isEqualTo(on(1));
    }

    @Test
    void saysWhenTheDirectoryIsNeededAndUnavailable() throws InterruptedException {
        cache.following(true);
        directory.away = true;
        assertThat(cache.find("t", "u", WRITES)).isInstanceOf(Routes.Found.Unavailable.class);
        assertThat(cache.findAll("t", List.of("u"), WRITES)).isEmpty();
    }
}
