package io.mics.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.LazyLatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainingTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Clients that stay until the test lets them go. */
    private static final class Clients implements Drainable {
        final Map<String, Integer> drained = new ConcurrentHashMap<>();
        final AtomicInteger stopped = new AtomicInteger();
        private final Map<String, Boolean> connected = new ConcurrentHashMap<>();
        private final AtomicLong changes = new AtomicLong();
        private final LazyLatch changed = new LazyLatch();
        private final CountDownLatch waiting = new CountDownLatch(1);

        void connect(String name) {
            connected.put(name, true);
            change();
        }

        void leave(String name) {
            connected.remove(name);
            change();
        }

        private void change() {
            changes.incrementAndGet();
            changed.signal();
        }

        @Override
        public List<Client> clients() {
            return connected.keySet().stream().<Client>map(this::client).toList();
        }

        private Client client(String name) {
            return new Client() {
                @Override
                public void drain(Duration delay) {
                    drained.merge(name, 1, Integer::sum);
                }

                @Override
                public void stop() {
                    stopped.incrementAndGet();
                }
            };
        }

        @Override
        public int open() {
            return connected.size();
        }

        @Override
        public long changes() {
            return changes.get();
        }

        @Override
        public void awaitChange(long seen, long nanos) {
            waiting.countDown();
            changed.await(() -> changes.get() != seen, nanos);
        }
    }

    private final Clients clients = new Clients();

    private Thread drain(Duration limit, Duration least) {
        return Thread.ofVirtual().start(new Draining(clients, () -> limit, () -> least)::run);
    }

    @Test
    void endsWithTheLastClient() throws InterruptedException {
        clients.connect("a");
        Thread drain = drain(LONG, Duration.ZERO);
        clients.waiting.await();
        clients.leave("a");
        drain.join();
        assertThat(clients.drained).containsKey("a");
        assertThat(clients.stopped).hasValue(0);
    }

    @Test
    void aClientWhoseHandshakeWasInFlightIsSentAwayToo() throws InterruptedException {
        clients.connect("a");
        Thread drain = drain(LONG, Duration.ZERO);
        clients.waiting.await();
        clients.connect("late");
        while (!clients.drained.containsKey("late")) {
            Thread.onSpinWait();
        }
        clients.leave("a");
        clients.leave("late");
        drain.join();
    }

    @Test
    void whoDoesNotLeaveInTimeIsStopped() throws InterruptedException {
        clients.connect("a");
        drain(Duration.ofMillis(20), Duration.ZERO).join();
        assertThat(clients.drained).containsKey("a");
        assertThat(clients.stopped).hasValue(1);
    }

    @Test
    void takesTheLeastTimeWithoutAnyClient() throws InterruptedException {
        long start = System.nanoTime();
        drain(Duration.ZERO, Duration.ofMillis(50)).join();
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
    }
}
