package io.mics.session;

import static io.mics.testing.gateway.ScriptedPages.message;
import static io.mics.testing.gateway.ScriptedPages.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.PendingWrites;
import io.mics.offline.BackendPull;
import io.mics.offline.BacklogAnnouncements;
import io.mics.offline.HomePeers;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineEventPublisher;
import io.mics.offline.OfflinePath;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.LateDelivery;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.testing.Await;
import io.mics.testing.gateway.ScriptedEventLog;
import io.mics.testing.gateway.ScriptedPages;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device pulls while messages reach it otherwise too: nothing twice, nothing lost, nothing held up. */
@Timeout(20)
class PullRaceTest {
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
    private final OfflinePath offline = new OfflinePath(
            buffer,
            backlog,
            HomePeers.ALONE,
            BacklogAnnouncements.ALONE,
            new OfflineEventPublisher(events, new LateDelivery(registry, Optional.empty()), devices.metrics),
            devices.metrics);
    private final Devices.Taking socket = new Devices.Taking();
    private final List<String> unsent = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @BeforeEach
    void pull() {
        devices.tenant.learn(ScriptedPages.PULLING, devices.tenant.asking());
    }

    @AfterEach
    void stop() {
        devices.close();
    }

    private Session arrive() {
        Session session = devices.session("u1", socket);
        registry.register(session);
        begin(session);
        return session;
    }

    private void begin(Session session) {
        backlog.begin(session, delivery -> unsent.add(delivery.message().getMsgId()));
    }

    /** The backend answers with these when the test says so. */
    private void answerLater(MessageRequest... messages) {
        backend.answer(request -> {
            asked.countDown();
            answer.await();
            return page("", false, messages);
        });
    }

    private static Delivery live(MessageRequest message, long id) {
        return new Delivery(message, "", "trace", id);
    }

    private void deliver(Delivery delivery) {
        PendingWrites writes = new PendingWrites();
        registry.deliver("t1", "u1", delivery, LocalDelivery.NOBODY, writes);
        writes.start();
    }

    private void awaitTaken(String... ids) {
        Await.until("all taken", () -> socket.taken.size() >= ids.length);
        assertThat(socket.taken).containsExactly(ids);
    }

    @Test
    void letsLiveTrafficPassWhileTheBackendIsAsked() throws InterruptedException {
        answerLater(message("old").build());
        arrive();
        asked.await();
        deliver(live(message("new").build(), 5));
        awaitTaken("new");
        answer.countDown();
        awaitTaken("new", "old");
    }

    @Test
    void queuesOnceWhatIsHandedOverBeforeThePullHasIt() throws InterruptedException {
        MessageRequest both = message("both").build();
        answerLater(both, message("last").build());
        arrive();
        asked.await();
        offline.accept(devices.tenant, "u1", live(both, 5));
        awaitTaken("both");
        answer.countDown();
        awaitTaken("both", "last");
    }

    @Test
    void queuesOnceWhatIsHandedOverBeforeThePullBegins() throws InterruptedException {
        MessageRequest both = message("both").build();
        answer.countDown();
        answerLater(both, message("last").build());
        Session registered = devices.session("u1", socket);
        registry.register(registered);
        offline.accept(devices.tenant, "u1", live(both, 5));
        begin(registered);
        awaitTaken("both", "last");
    }

    @Test
    void queuesOnceWhatThePullHadBeforeItIsHandedOver() throws InterruptedException {
        MessageRequest both = message("both").build();
        answer.countDown();
        answerLater(both);
        arrive();
        awaitTaken("both");
        offline.accept(devices.tenant, "u1", live(both, 5));
        deliver(live(message("last").build(), 6));
        awaitTaken("both", "last");
    }

    @Test
    void queuesOnceWhatABackendStoredTwice() {
        answer.countDown();
        answerLater(message("1").build(), message("1").build(), message("2").build());
        arrive();
        awaitTaken("1", "2");
    }

    @Test
    void takesARepetitionForOneUntilAMinuteAfterThePullAndNoLonger() throws InterruptedException {
        AtomicLong clock = new AtomicLong(System.nanoTime());
        TimingWheel wheel = TimingWheel.byHand(Duration.ofMillis(100), clock::get);
        Devices onHandsClock = new Devices(budget, wheel);
        onHandsClock.tenant.learn(ScriptedPages.PULLING, onHandsClock.tenant.asking());
        MessageRequest pulled = message("pulled").build();
        answer.countDown();
        answerLater(pulled);
        Session session = onHandsClock.session("u1", socket);
        registry.register(session);
        begin(session);
        awaitTaken("pulled");
        Await.until("the pull has ended", () -> wheel.size() == 1);
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        wheel.advance();
        offline.accept(onHandsClock.tenant, "u1", live(pulled, 5));
        deliver(live(message("mark").build(), 6));
        awaitTaken("pulled", "mark");
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        wheel.advance();
        offline.accept(onHandsClock.tenant, "u1", live(pulled, 7));
        awaitTaken("pulled", "mark", "pulled");
    }

    @Test
    void doesNotTakeAClientsNextMessageOfTheSameNumberForARepetition() throws InterruptedException {
        answer.countDown();
        answerLater(message("1").build());
        arrive();
        awaitTaken("1");
        MessageRequest other =
                message("1").setMsgBody(ByteString.copyFromUtf8("other")).build();
        offline.accept(devices.tenant, "u1", live(other, 5));
        MessageRequest later = message("1").setTimestampMs(1_700_000_000_001L).build();
        offline.accept(devices.tenant, "u1", live(later, 6));
        awaitTaken("1", "1", "1");
    }

    @Test
    void handsOverWhatIsBufferedHereAfterThePull() throws InterruptedException {
        events.refuse(event -> {});
        offline.accept(devices.tenant, "u1", live(message("before").build(), 5));
        answerLater(message("pulled").build());
        arrive();
        asked.await();
        offline.accept(devices.tenant, "u1", live(message("meanwhile").build(), 6));
        assertThat(socket.taken).isEmpty();
        answer.countDown();
        awaitTaken("pulled", "before", "meanwhile");
        Await.until("nothing buffered", () -> buffer.users() == 0);
        offline.accept(devices.tenant, "u1", live(message("after").build(), 7));
        awaitTaken("pulled", "before", "meanwhile", "after");
    }

    @Test
    void handsOverWhatIsBufferedHereWhenTheBackendFails() throws InterruptedException {
        events.refuse(event -> {});
        offline.accept(devices.tenant, "u1", live(message("buffered").build(), 5));
        backend.answer(request -> ScriptedPages.failure());
        arrive();
        awaitTaken("buffered");
    }

    @Test
    void stopsWithItsSessionAndLosesNothingItWasGiven() throws InterruptedException {
        backend.answer(request -> {
            asked.countDown();
            answer.await();
            return page("next", true, message("1").build(), message("2").build());
        });
        Session dying = arrive();
        asked.await();
        dying.closedByPeer();
        registry.unregister(dying);
        answer.countDown();
        Await.until("given back", () -> unsent.size() == 2);
        assertThat(unsent).containsExactly("1", "2");
        assertThat(backend.asked).hasSize(1);
        assertThat(socket.taken).isEmpty();
    }

    @Test
    void pullsForAWhileAfterTheSwitchWasTurnedOff() {
        devices.tenant.learn(
                ScriptedPages.PULLING.toBuilder().setOfflineUseHookPull(false).build(), devices.tenant.asking());
        answer.countDown();
        answerLater(message("published before").build());
        arrive();
        awaitTaken("published before");
    }

    @Test
    void handsOverWhatWasBufferedBeforeTheSwitchWasTurnedOn() throws InterruptedException {
        devices.tenant.learn(
                ScriptedPages.PULLING.toBuilder().setOfflineUseHookPull(false).build(), devices.tenant.asking());
        offline.accept(devices.tenant, "u1", live(message("buffered before").build(), 5));
        devices.tenant.learn(ScriptedPages.PULLING, devices.tenant.asking());
        arrive();
        awaitTaken("buffered before");
    }

    @Test
    void countsNoOtherDeviceAsHavingGotWhatOneWasGivenByTheBackend() {
        Session other = devices.session("u1", socket);
        registry.register(other);
        Session pulling = devices.session("u1", socket);
        Delivery pulled = Delivery.pulled(message("1").build(), "trace");
        assertThat(registry.othersGot(pulling, System.nanoTime())).isTrue();
        assertThat(registry.othersGot(pulling, pulled.acceptedNanos())).isFalse();
    }
}
