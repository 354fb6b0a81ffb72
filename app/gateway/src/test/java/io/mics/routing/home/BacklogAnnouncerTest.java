package io.mics.routing.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.offline.BacklogLease;
import io.mics.offline.LocalBacklog;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Done;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.ScriptedDirectory;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import io.mics.tenant.OfflineSettings;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages are buffered here for u, who may be on another node; what happens between a look-up's steps is forced. */
@Timeout(30)
class BacklogAnnouncerTest {
    private static final Peer SELF = new Peer("node-1", 1, "localhost:1");
    private static final Peer OTHER = new Peer("node-2", 2, "localhost:2");
    private static final Peer THIRD = new Peer("node-3", 3, "localhost:3");
    private static final Delivery DELIVERY =
            new Delivery(MessageRequest.newBuilder().setTenantId("t1").build(), "", "trace", 7);

    private final Metrics metrics = new Metrics();
    private final ScriptedDirectory directory = new ScriptedDirectory();
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, metrics);
    private final List<String> announcedTo = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Runnable whenAsked = () -> {};
    private volatile boolean here;
    private final BacklogAnnouncer announcements = new BacklogAnnouncer(
            buffer,
            (tenant, user, source) -> {
                looks.incrementAndGet();
                assertThat(source).isEqualTo(new LocalBacklog(buffer));
                return here;
            },
            new RouteCache(directory, Duration.ofMinutes(1), () -> new FanOutBounds(0, 0), System::nanoTime, metrics),
            new Membership(
                    directory,
                    directory,
                    SELF,
                    new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)),
                    metrics),
            this::call);

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        announcedTo.add(peer.node() + "[" + call.getOfferBacklog().getUserId() + "]");
        whenAsked.run();
        return new NodeLinks.Reply.Answered(
                NodeAnswer.newBuilder().setDone(Done.getDefaultInstance()).build());
    }

    private void store() {
        buffer.store("t1", "u", DELIVERY, 10, OfflineSettings.DEFAULTS);
    }

    /** Somebody takes all that is buffered. */
    private void take() {
        try (BacklogLease<Delivery> lease = buffer.take("t1", "u").orElseThrow()) {
            lease.confirm(lease.messages().size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void everyOtherNodeWithADeviceIsNotified() {
        directory.connect("u", OTHER, 1);
        directory.connect("u", THIRD, 2);
        directory.connect("u", SELF, 3);
        store();
        whenAsked = () -> {
            if (announcedTo.size() == 2) {
                take();
            }
        };
        announcements.announce("t1", "u");
        Await.until("taken", () -> !buffer.holds("t1", "u"));
        assertThat(announcedTo).containsExactlyInAnyOrder("node-2[u]", "node-3[u]");
    }

    @Test
    void whatIsNotTakenIsAnnouncedAgain() {
        directory.connect("u", OTHER, 1);
        store();
        whenAsked = () -> {
            if (announcedTo.size() == 2) {
                take();
            }
        };
        announcements.announce("t1", "u");
        Await.until("announced until taken", () -> !buffer.holds("t1", "u"));
        assertThat(announcedTo).containsExactly("node-2[u]", "node-2[u]");
    }

    @Test
    void looksOnWhileTheDirectoryIsUnavailable() {
        directory.finds = false;
        directory.connect("u", OTHER, 1);
        store();
        directory.afterLookUp = () -> directory.finds = true;
        whenAsked = this::take;
        announcements.announce("t1", "u");
        Await.until("found once it is back", () -> !buffer.holds("t1", "u"));
        assertThat(looks).hasValue(2);
    }

    @Test
    void aMessageBufferedAfterTheLookUpIsLookedForAgain() {
        store();
        whenAsked = this::take;
        directory.afterLookUp = () -> {
            directory.afterLookUp = () -> {};
            // the directory knew nothing of u; now u comes, and the next message is buffered
            directory.connect("u", OTHER, 1);
            store();
            announcements.announce("t1", "u");
        };
        announcements.announce("t1", "u");
        Await.until("found", () -> !buffer.holds("t1", "u"));
        assertThat(announcedTo).containsExactly("node-2[u]");
        assertThat(looks).hasValue(2);
    }

    @Test
    void oneLookUpPerUserIsInFlightAndOneMoreFollowsHoweverOftenItIsAsked() throws InterruptedException {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        store();
        directory.afterLookUp = () -> {
            looking.countDown();
            awaitQuietly(goOn);
        };
        announcements.announce("t1", "u");
        looking.await();
        for (int i = 0; i < 10; i++) {
            announcements.announce("t1", "u");
        }
        assertThat(looks).hasValue(1);
        goOn.countDown();
        Await.until("one more", () -> looks.get() == 2);
        buffer.forget("t1");
        store();
        whenAsked = this::take;
        directory.connect("u", OTHER, 1);
        announcements.announce("t1", "u");
        Await.until("a later message", () -> !buffer.holds("t1", "u"));
        assertThat(looks).as("no look but for it").hasValueLessThanOrEqualTo(3);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nobodyIsAskedForAUserWhoIsNowhere() {
        store();
        directory.afterLookUp = () -> {
            directory.afterLookUp = () -> {};
            announcements.announce("t1", "u");
        };
        announcements.announce("t1", "u");
        Await.until("the first look is over", () -> looks.get() == 2);
        assertThat(announcedTo).isEmpty();
        assertThat(buffer.holds("t1", "u")).isTrue();
    }

    @Test
    void aSessionHereIsNotifiedToo() {
        here = true;
        store();
        directory.afterLookUp = this::take;
        announcements.announce("t1", "u");
        Await.until("taken", () -> !buffer.holds("t1", "u"));
        assertThat(looks).hasValue(1);
        assertThat(announcedTo).isEmpty();
    }
}
