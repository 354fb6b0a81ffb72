package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender did not find a user who has two devices here, and stored the message. */
@Timeout(20)
class BacklogForEveryDeviceTest {
    private final OutboundBudget budget = new OutboundBudget(0);
    private final Devices devices = new Devices(budget);
    private final SessionRegistry registry = new SessionRegistry(budget, devices.metrics);
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, devices.metrics);
    private final Backlog backlog = new Backlog(
            buffer,
            HomePeers.ALONE,
            new BackendPull(new ScriptedPages().hooks(devices.metrics), 0, devices.metrics, "node-1"),
            registry,
            Duration.ofMillis(500),
            devices.metrics,
            "node-1");
    private final OfflinePath offline = new OfflinePath(
            buffer,
            backlog,
            HomePeers.ALONE,
            BacklogAnnouncements.ALONE,
            new OfflineEventPublisher(
                    new ScriptedEventLog(), new LateDelivery(registry, Optional.empty()), devices.metrics),
            devices.metrics);
    private final Devices.Taking phone = new Devices.Taking();
    private final Devices.Taking laptop = new Devices.Taking();

    @AfterEach
    void stop() {
        devices.close();
    }

    private void arrive(String device, Connection on) {
        Session session = devices.session("u1", device, on);
        registry.register(session);
        backlog.begin(session, lost -> {});
    }

    private void store(Delivery delivery) throws InterruptedException {
        assertThat(offline.accept(devices.tenant, "u1", delivery)).isTrue();
        Await.until("handed over", () -> buffer.users() == 0);
    }

    @Test
    void givesItToEveryDeviceThatWasHere() throws InterruptedException {
        arrive("phone", phone);
        arrive("laptop", laptop);
        store(Devices.delivery("1", 10, 7));
        assertThat(phone.taken).containsExactly("1");
        assertThat(laptop.taken).containsExactly("1");
    }

    @Test
    void givesItOnceToADeviceThatGotItAnotherWay() throws InterruptedException {
        arrive("laptop", laptop);
        Delivery delivery = Devices.delivery("1", 10, 7);
        PendingWrites writes = new PendingWrites();
        registry.deliver("t1", "u1", delivery, LocalDelivery.NOBODY, writes);
        writes.start();
        arrive("phone", phone);
        store(delivery.asRedelivery());
        store(Devices.delivery("2", 10, 8));
        Await.until("all taken", () -> laptop.taken.contains("2"));
        assertThat(laptop.taken).containsExactly("1", "2");
    }

    @Test
    void givesItToOneAloneOfThoseThatCameAfterIt() throws InterruptedException {
        Delivery before = Devices.delivery("1", 10, 7);
        arrive("phone", phone);
        arrive("laptop", laptop);
        store(before);
        assertThat(phone.taken.size() + laptop.taken.size()).isEqualTo(1);
    }
}
