package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metric;
import io.mics.offline.BackendPull;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.LateDelivery;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.testing.Await;
import io.mics.testing.gateway.ScriptedEventLog;
import io.mics.testing.gateway.ScriptedPages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender found nobody and stores the message, while its recipient arrives: each order of the two, forced. */
@Timeout(20)
class ArrivalRaceTest {
    private final OutboundBudget budget = new OutboundBudget(0);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, devices.metrics);
    private final ScriptedPages backend = new ScriptedPages();
    private final Backlog backlog = new Backlog(
            buffer,
            HomePeers.ALONE,
            new BackendPull(backend.hooks(devices.metrics), 0, devices.metrics, "node-1"),
            registry,
            Duration.ofMillis(500),
            devices.metrics,
            "node-1");
    private final ScriptedEventLog events = new ScriptedEventLog();
    private final OfflineEventPublisher published =
            new OfflineEventPublisher(events, new LateDelivery(registry, Optional.empty()), devices.metrics);
    private final OfflinePath offline =
            new OfflinePath(buffer, backlog, HomePeers.ALONE, BacklogAnnouncements.ALONE, published, devices.metrics);
    private final Devices.Taking socket = new Devices.Taking();

    private final List<Delivery> unsent = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        devices.close();
    }

    private Session arrive(Connection on) {
        Session session = devices.session("u1", on);
        registry.register(session);
        backlog.begin(session, unsent::add);
        return session;
    }

    private void findNobody(String id) {
        assertThat(registry.deliver("t1", "u1", Devices.delivery(id, 10), LocalDelivery.NOBODY, new PendingWrites()))
                .isEqualTo(LocalDelivery.LocalOutcome.NO_SESSION);
    }

    private void store(OfflinePath path, String id) throws InterruptedException {
        assertThat(path.accept(devices.tenant, "u1", Devices.delivery(id, 10))).isTrue();
    }

    private void awaitTaken(Devices.Taking on, String... ids) {
        Await.until("all taken", () -> on.taken.size() >= ids.length);
        Await.until("nothing buffered", () -> buffer.users() == 0);
        assertThat(on.taken).containsExactly(ids);
    }

    @Test
    void handsOverWhatIsStoredAfterTheArrivalFoundNothing() throws InterruptedException {
        findNobody("1");
        arrive(socket);
        store(offline, "1");
        awaitTaken(socket, "1");
    }

    @Test
    void deliversOnceWhatTheArrivalFoundBeforeTheSenderLookedAgain() throws InterruptedException {
        findNobody("1");
        OfflinePath interrupted = new OfflinePath(
                buffer,
                (tenant, user, source) -> {
                    arrive(socket);
                    return backlog.deliverBacklog(tenant, user, source);
                },
                HomePeers.ALONE,
                BacklogAnnouncements.ALONE,
                published,
                devices.metrics);
        store(interrupted, "1");
        awaitTaken(socket, "1");
    }

    @Test
    void handsOverWhatIsStoredWhileTheArrivalIsBeingServed() throws Exception {
        store(offline, "1");
        findNobody("2");
        CountDownLatch serving = new CountDownLatch(1);
        CountDownLatch stored = new CountDownLatch(1);
        Devices.Taking slow = new Devices.Taking() {
            @Override
            public void startWriter(Session session) {
                serving.countDown();
                awaitUninterruptibly(stored);
                super.startWriter(session);
            }
        };
        arrive(slow);
        assertThat(serving.await(10, TimeUnit.SECONDS)).isTrue();
        store(offline, "2");
        assertThat(buffer.take("t1", "u1")).isEmpty();
        stored.countDown();
        awaitTaken(slow, "1", "2");
    }

    @Test
    void keepsForTheNextArrivalWhatTheSessionDiedUnder() throws Exception {
        store(offline, "1");
        Session dying = devices.session("u1", new Devices.Stalled());
        registry.register(dying);
        dying.queue().takeUnsent();
        backlog.begin(dying, unsent::add);
        registry.unregister(dying);
        Await.until("the delivery has given up", () -> {
            var lease = buffer.take("t1", "u1");
            lease.ifPresent(d -> d.close());
            return lease.isPresent();
        });
        arrive(socket);
        awaitTaken(socket, "1");
    }

    private void pull() {
        devices.tenant.learn(ScriptedPages.PULLING, devices.tenant.asking());
    }

    @Test
    void givesANotifiedMessageToWhoCameBeforeTheNotification() throws InterruptedException {
        pull();
        findNobody("1");
        events.accept(event -> arrive(socket));
        assertThat(offline.accept(devices.tenant, "u1", Devices.delivery("1", 10)))
                .isTrue();
        awaitTaken(socket, "1");
        assertThat(events.published).hasSize(1);
    }

    @Test
    void givesANotifiedMessageOnceToADeviceThatHasIt() throws InterruptedException {
        pull();
        Session there = arrive(socket);
        Delivery delivery = new Delivery(Devices.delivery("1", 10).message(), "", "trace", 77);
        PendingWrites writes = new PendingWrites();
        assertThat(there.send(delivery, writes)).isTrue();
        events.accept(event -> {});
        offline.accept(devices.tenant, "u1", delivery);
        there.send(new Delivery(Devices.delivery("2", 10).message(), "", "trace", 78), writes);
        writes.start();
        awaitTaken(socket, "1", "2");
    }

    @Test
    void keepsWhatTheEventLogRefusesForWhoIsJustArriving() throws InterruptedException {
        pull();
        findNobody("1");
        events.refuse(event -> arrive(socket));
        store(offline, "1");
        awaitTaken(socket, "1");
        assertThat(devices.metrics
                        .counter(Metric.OFFLINE_BUFFERED, "t1", OfflinePath.FALLBACK)
                        .value())
                .isEqualTo(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
