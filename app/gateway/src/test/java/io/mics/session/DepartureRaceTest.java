package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.offline.BackendPull;
import io.mics.offline.BacklogLease;
import io.mics.offline.BacklogSource;
import io.mics.offline.HomePeers;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.tenant.OfflineSettings;
import io.mics.testing.Await;
import io.mics.testing.gateway.ScriptedPages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device leaves while its home is asked what is buffered: what it did not get is still there for its next connection.
 */
@Timeout(20)
class DepartureRaceTest {
    private final OutboundBudget budget = new OutboundBudget(0);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
    private final OfflineBuffer<Delivery> home = new OfflineBuffer<>(0, System::nanoTime, devices.metrics);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    private final CountDownLatch givenBack = new CountDownLatch(1);

    private final BacklogSource slow = (tenant, user) -> {
        asked.countDown();
        answer.await();
        return switch (new LocalBacklog(home).take(tenant, user)) {
            case BacklogSource.Taking.Taken taken -> new BacklogSource.Taking.Taken(new Seen(taken.lease()));
            case BacklogSource.Taking.Nothing nothing -> nothing;
            case BacklogSource.Taking.Unavailable unavailable -> unavailable;
        };
    };

    /** A lease whose end the test waits for. */
    private final class Seen implements BacklogLease<Delivery> {
        private final BacklogLease<Delivery> lease;

        Seen(BacklogLease<Delivery> lease) {
            this.lease = lease;
        }

        @Override
        public List<Delivery> messages() throws InterruptedException {
            return lease.messages();
        }

        @Override
        public void confirm(int n) {
            lease.confirm(n);
        }

        @Override
        public void close() {
            lease.close();
            givenBack.countDown();
        }
    }

    private final HomePeers elsewhere = new HomePeers() {
        @Override
        public Stored store(String tenant, List<String> users, Delivery delivery) {
            throw new AssertionError("nothing is stored by this test's sessions");
        }

        @Override
        public List<BacklogSource> homes(String tenant, String user) {
            return List.of(slow);
        }
    };

    private final Backlog backlog = new Backlog(
            new OfflineBuffer<>(0, System::nanoTime, devices.metrics),
            elsewhere,
            new BackendPull(new ScriptedPages().hooks(devices.metrics), 0, devices.metrics, "node-1"),
            registry,
            Duration.ofMillis(500),
            devices.metrics,
            "node-1");

    @AfterEach
    void stop() {
        answer.countDown();
        devices.close();
    }

    private Session arrive(Connection on) {
        Session session = devices.session("u1", on);
        registry.register(session);
        backlog.begin(session, lost -> {});
        return session;
    }

    @Test
    void whatWasQueuedButNotWrittenStaysBuffered() throws InterruptedException {
        Session leaving = arrive(new Devices.Stalled());
        asked.await();
        PendingWrites writes = new PendingWrites();
        registry.deliver("t1", "u1", Devices.delivery("1", 10, 7), LocalDelivery.NOBODY, writes);
        leaving.closedByPeer();
        registry.unregister(leaving);
        for (Delivery unsent : leaving.queue().takeUnsent()) {
            home.store("t1", "u1", unsent.asRedelivery(), 10, OfflineSettings.DEFAULTS);
        }
        answer.countDown();
        givenBack.await();
        assertThat(home.users()).isEqualTo(1);
        Devices.Taking socket = new Devices.Taking();
        arrive(socket);
        Await.until("handed over", () -> home.users() == 0);
        assertThat(socket.taken).containsExactly("1");
    }
}
