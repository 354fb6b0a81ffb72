package io.mics.routing.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.offline.BacklogLease;
import io.mics.offline.HomePeers;
import io.mics.offline.OfflineBuffer;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Kept;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.Redelivery;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.MemoryNodeRegistry;
import io.mics.routing.directory.MemoryRoutes;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import io.mics.tenant.OfflineSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** This node is node-1; of the users u1 and u3 the first has its home here, the second on node-3. */
@Timeout(30)
class HomesTest {
    private static final Delivery DELIVERY = new Delivery(
            MessageRequest.newBuilder().setTenantId("t1").setMsgId("m1").build(), "", "trace", 7);
    private static final NodeLinks.Reply AWAY = new NodeLinks.Reply.NotAsked("no link");

    private final Metrics metrics = new Metrics();
    private final MemoryNodeRegistry registry = new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(30));
    private final OfflineBuffer<Delivery> buffer = new OfflineBuffer<>(0, System::nanoTime, metrics);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Runnable whenAsked = () -> {};
    private volatile NodeLinks.Reply answer = stored(Kept.getDefaultInstance());
    private Membership members = membership(new Peer("node-1", 0, "localhost:1"));
    private Redelivery redelivery = redelivery();
    private final List<String> announced = new CopyOnWriteArrayList<>();
    private Homes homes = new Homes(members, this::call, redelivery, buffer);
    private HomeMigration migration = migration();

    private static NodeLinks.Reply stored(Kept stored) {
        return new NodeLinks.Reply.Answered(
                NodeAnswer.newBuilder().setKept(stored).build());
    }

    private Membership membership(Peer self) {
        return new Membership(
                registry,
                new MemoryRoutes(System::nanoTime, Routes.REMEMBERED),
                self,
                new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)),
                metrics);
    }

    private Redelivery redelivery() {
        RouteCache cache = new RouteCache(
                new MemoryRoutes(System::nanoTime, Routes.REMEMBERED),
                Duration.ofMinutes(1),
                () -> new FanOutBounds(0, 0),
                System::nanoTime,
                metrics);
        return new Redelivery(cache, members, (peer, call) -> AWAY, metrics);
    }

    private HomeMigration migration() {
        return new HomeMigration(homes, members, this::call, buffer, (tenant, user) -> announced.add(user));
    }

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        asked.add(peer.node() + call.getKeep().getUserIdsList());
        whenAsked.run();
        return answer;
    }

    private Peer joined(String node, int port) {
        if (registry.join(node, "localhost:" + port, false) instanceof NodeRegistry.Joining.Joined joined) {
            return joined.self();
        }
        throw new AssertionError("not joined");
    }

    @BeforeEach
    void join() {
        Peer self = joined("node-1", 1);
        joined("node-3", 3);
        members = membership(self).start();
        redelivery = redelivery();
        homes = new Homes(members, this::call, redelivery, buffer);
        migration = migration();
    }

    @AfterEach
    void leave() {
        members.close();
    }

    /** Stores one message for a user, as the offline path does. */
    private HomePeers.Stored store(String user) throws InterruptedException {
        HomePeers.Stored stored = homes.store("t1", List.of(user), DELIVERY);
        stored.here().forEach(here -> buffer.store("t1", here, DELIVERY, 10, OfflineSettings.DEFAULTS));
        return stored;
    }

    @Test
    void asksTheHomeOrStoresHere() throws InterruptedException {
        assertThat(store("u3").remotely()).isEqualTo(1);
        assertThat(store("u1").here()).containsExactly("u1");
        assertThat(asked).containsExactly("node-3[u3]");
    }

    @Test
    void skipsAHomeThatMessagesOfTheSameDeviceWaitFor() throws InterruptedException {
        Peer home = members.live().getLast();
        redelivery.later(home, List.of("u2"), DELIVERY);
        assertThat(store("u3").here()).as("would get there first").containsExactly("u3");
        assertThat(asked).isEmpty();
        migration.moveMisplaced();
        assertThat(asked).containsExactly("node-3[u3]");
    }

    @Test
    void storesForAHomeThatDoesNotAnswerAndHandsItOverOnceItDoes() throws InterruptedException {
        answer = AWAY;
        assertThat(store("u3").here()).containsExactly("u3");
        migration.moveMisplaced();
        assertThat(buffer.holds("t1", "u3")).isTrue();
        answer = stored(Kept.getDefaultInstance());
        migration.moveMisplaced();
        assertThat(buffer.holds("t1", "u3")).isFalse();
        asked.clear();
        migration.moveMisplaced();
        assertThat(asked).isEmpty();
    }

    @Test
    void storesWhatItsHomeHasNoRoomFor() throws InterruptedException {
        answer = AWAY;
        store("u3");
        answer = stored(Kept.newBuilder().addRefused(0).build());
        migration.moveMisplaced();
        assertThat(buffer.holds("t1", "u3")).isTrue();
        answer = stored(Kept.getDefaultInstance());
        migration.moveMisplaced();
        assertThat(buffer.holds("t1", "u3")).isFalse();
    }

    @Test
    void aUserWhoFoundNothingWhileTheMoveFailedIsNotifiedOfIt() throws InterruptedException {
        answer = AWAY;
        store("u3");
        List<Optional<BacklogLease<Delivery>>> found = new ArrayList<>();
        whenAsked = () -> {
            found.add(buffer.take("t1", "u3"));
            assertThat(announced).isEmpty();
        };
        migration.moveMisplaced();
        assertThat(found).as("the mover has it").containsExactly(Optional.empty());
        assertThat(announced).containsExactly("u3");
        assertThat(buffer.take("t1", "u3")).isPresent();
    }

    @Test
    void leavesAloneWhatSomebodyIsTakingAndMovesItAfterwards() throws InterruptedException {
        answer = AWAY;
        store("u3");
        answer = stored(Kept.getDefaultInstance());
        asked.clear();
        try (BacklogLease<Delivery> taking = buffer.take("t1", "u3").orElseThrow()) {
            migration.moveMisplaced();
            assertThat(asked).isEmpty();
            assertThat(taking.messages()).hasSize(1);
        }
        migration.moveMisplaced();
        assertThat(asked).containsExactly("node-3[u3]");
    }

    @Test
    void aNodeThatLeavesHandsOverWhatHasItsHomeHereToo() throws InterruptedException {
        store("u1");
        assertThat(migration.leave(Duration.ofSeconds(5))).isZero();
        assertThat(asked).containsExactly("node-3[u1]");
        assertThat(buffer.users()).isZero();
        assertThat(homes.isLeaving()).isTrue();
    }

    @Test
    void aNodeThatLeavesSaysHowManyItCouldNotHandOver() throws InterruptedException {
        store("u1");
        answer = AWAY;
        assertThat(migration.leave(Duration.ofMillis(1))).isEqualTo(1);
    }

    @Test
    void movesTheMessagesOfSomeUsersAtOneTime() throws InterruptedException {
        for (int i = 0; i < 16; i++) {
            buffer.store("t1", "user" + i, DELIVERY, 10, OfflineSettings.DEFAULTS);
        }
        CyclicBarrier together = new CyclicBarrier(16);
        whenAsked = () -> {
            try {
                together.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        };
        assertThat(migration.leave(Duration.ofMillis(1))).isZero();
        assertThat(asked).hasSize(16);
    }
}
