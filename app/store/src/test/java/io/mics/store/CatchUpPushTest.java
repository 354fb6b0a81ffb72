package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.conversation.CatchUp;
import io.mics.conversation.Conversations.Given;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.GroupMembers;
import io.mics.conversation.catchup.CatchUpPush;
import io.mics.message.Sender;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.RecentSends;
import io.mics.session.stored.StoredProgress;
import io.mics.store.engine.Store;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.testing.Await;
import io.mics.timer.TimingWheel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is pushed to a device that never asks, from a store, over connections that a test decides about. */
@Timeout(120)
class CatchUpPushTest {
    private final Tenant tenant =
            new Tenant(new TenantConfig("t-" + UUID.randomUUID(), TenantSettings.DEFAULTS, Map.of()));
    private final ConversationRef ab = ConversationRef.ofUsers("a", "b");
    private final ConversationRef.Group group = new ConversationRef.Group("g");
    private final TimingWheel wheel = TimingWheel.start(Duration.ofMillis(10));

    @TempDir
    private Path folder;

    private Store store;

    @BeforeEach
    void open() {
        store = Databases.open(Databases.embedded(folder), 0);
        write(store.writer(), many(tenant.id(), ab, "a", "before", 1));
        ok(store.conversations().missed(new Reader(tenant.id(), "b"), "d", 10));
    }

    @AfterEach
    void close() {
        store.close();
        wheel.close();
    }

    /** Its queue takes what its socket may never get. */
    private static final class Connection implements CatchUp.Device {
        final StoredProgress progress = new StoredProgress();
        final List<Long> queued = new CopyOnWriteArrayList<>();
        final CountDownLatch live = new CountDownLatch(1);
        private final boolean writes;
        volatile Runnable beforeFirst = () -> {};

        Connection(boolean writes) {
            this.writes = writes;
        }

        @Override
        public boolean push(Delivery delivery, long deadlineNanos) {
            if (queued.isEmpty()) {
                beforeFirst.run();
            }
            Delivery.Stored place = Objects.requireNonNull(delivery.stored());
            if (!progress.admitsMissed(place)) {
                return false;
            }
            progress.pushed(place);
            queued.add(place.seq());
            if (writes) {
                progress.written(place);
            }
            return true;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public StoredProgress progress() {
            return progress;
        }

        @Override
        public void endMissed() {
            progress.endPushing();
            live.countDown();
        }
    }

    private Sender b() {
        return new Sender(
                tenant,
                "b",
                "d",
                1,
                "trace",
                new PendingWrites(),
                NodeLoad.forThisMachine().handling(tenant.id()),
                new RecentSends());
    }

    private GroupMembers nobody() {
        return (asked, of, traceId, beforeAsking) -> GroupMembers.Lookup.Known.of(List.of());
    }

    /** One connection to a node that ends as it should, or is killed. */
    private List<Long> connect(Connection device, boolean killed) throws InterruptedException {
        CatchUpPush node = CatchUpPush.start(store.conversations(), nobody(), wheel);
        CatchUp.Ongoing ongoing = node.begin(b(), device);
        assertThat(device.live.await(60, TimeUnit.SECONDS)).isTrue();
        if (killed) {
            device.progress.end(); // nothing of it is ever noted
        } else {
            ongoing.end();
        }
        node.close();
        return device.queued;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void whatASocketDidNotTakeComesAgainAndWhatItTookDoesNot() throws InterruptedException {
        write(store.writer(), many(tenant.id(), ab, "a", "m", 300));
        assertThat(connect(new Connection(false), false)).isEqualTo(range(2, 301));
        assertThat(connect(new Connection(true), true))
                .as("a node that is killed")
                .isEqualTo(range(2, 301));
        assertThat(connect(new Connection(true), false)).isEqualTo(range(2, 301));
        assertThat(connect(new Connection(true), false)).isEmpty();
    }

    @Test
    void nothingIsPushedBehindALiveMessageOfItsConversation() throws InterruptedException {
        write(store.writer(), many(tenant.id(), ab, "a", "m", 9));
        Connection device = new Connection(true);
        device.beforeFirst = () -> assertThat(device.progress.admitsLive(
                        new Delivery.Stored(ab.id(), 6, 6, Delivery.ToSendingDevice.NOTHING, "d1", false)))
                .isTrue();
        assertThat(connect(device, false)).isEqualTo(range(2, 5));
        assertThat(connect(new Connection(true), false)).isEqualTo(range(6, 10));
    }

    @Test
    void whatWasRecalledAndWhatTheDeviceSentItselfIsNotPushed() throws InterruptedException {
        write(store.writer(), many(tenant.id(), ab, "a", "m", 2));
        var recalled = write(store.writer(), message(tenant.id(), ab, "a", "r", "secret"));
        ok(store.conversations().recall(new Reader(tenant.id(), "a"), recalled, 5));
        ok(store.conversations().hide(new Reader(tenant.id(), "b"), ab, List.of(3L)));
        write(store.writer(), message(tenant.id(), ab, "a", "last", "x"));
        assertThat(connect(new Connection(true), false)).containsExactly(2L, 5L);
        assertThat(connect(new Connection(true), false)).isEmpty();
    }

    @Test
    void aGroupThatTheUserIsNotInByItsBackendIsNotPushed() throws InterruptedException {
        ok(store.conversations().join(tenant.id(), group, List.of("a", "b")));
        write(store.writer(), many(tenant.id(), group, "a", "m", 2));
        assertThat(connect(new Connection(true), false)).isEmpty();
    }

    @Test
    void aDeviceThatBeginsToAskGetsNothingMoreAndIsForgotten() throws InterruptedException {
        write(store.writer(), many(tenant.id(), ab, "a", "m", 300));
        Connection device = new Connection(true);
        CountDownLatch pushing = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        device.beforeFirst = () -> {
            pushing.countDown();
            try {
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        CatchUpPush node = CatchUpPush.start(store.conversations(), nobody(), wheel);
        CatchUp.Ongoing ongoing = node.begin(b(), device);
        assertThat(pushing.await(60, TimeUnit.SECONDS)).isTrue();
        ongoing.syncs();
        asked.countDown();
        ongoing.end();
        // of a device that is not known nothing is noted
        AtomicLong seq = new AtomicLong(1);
        Await.untilTrue("it is forgotten", () -> {
            Given next = new Given("b", "d", ab, seq.get(), seq.incrementAndGet());
            return !ok(store.conversations().advance(tenant.id(), List.of(next)));
        });
        node.close();
        assertThat(device.queued).isEmpty();
        assertThat(connect(new Connection(true), false)).isEmpty();
    }
}
