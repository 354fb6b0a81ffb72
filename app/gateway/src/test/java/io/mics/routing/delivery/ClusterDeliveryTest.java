package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.directory.ScriptedDirectory;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users move, and nodes do not answer, between the look-up and the delivery: each order forced by the other node. */
@Timeout(30)
class ClusterDeliveryTest {
    private static final Peer SELF = new Peer("node-1", 1, "localhost:1");
    private static final Peer OTHER = new Peer("node-2", 2, "localhost:2");
    private static final Peer THIRD = new Peer("node-3", 3, "localhost:3");
    private static final Delivery DELIVERY =
            new Delivery(MessageRequest.newBuilder().setTenantId("t1").build(), "", "trace", 7);
    private static final NodeLinks.Reply TAKEN = answered(Delivered.getDefaultInstance());
    private static final NodeLinks.Reply MISSED =
            answered(Delivered.newBuilder().addNoSession(0).build());

    private static final RemoteDelivery.Reached NOT_TAKEN = new RemoteDelivery.Reached(Set.of(), Set.of("u"), 0);

    /** What another node does with a batch. */
    private interface Node {
        NodeLinks.Reply take(Deliver batch);
    }

    private final Metrics metrics = new Metrics();
    private final ScriptedDirectory directory = new ScriptedDirectory();
    private final RouteCache cache =
            new RouteCache(directory, Duration.ofMinutes(1), () -> new FanOutBounds(0, 0), System::nanoTime, metrics);
    private final Membership members = new Membership(
            directory, directory, SELF, new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)), metrics);
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> numbers = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger connections = new AtomicInteger();
    private Node other = batch -> TAKEN;
    private Node third = batch -> TAKEN;
    private final Redelivery redelivery = new Redelivery(cache, members, this::call, metrics);
    private final ClusterDelivery cluster =
            new ClusterDelivery(cache, members, this::call, redelivery, () -> new FanOutBounds(0, 0), metrics);

    private static NodeLinks.Reply answered(Delivered delivered) {
        return new NodeLinks.Reply.Answered(
                NodeAnswer.newBuilder().setDelivered(delivered).build());
    }

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        Deliver batch = call.getDeliver();
        assertThat(batch.getEnvelope().getDeliveryId()).isEqualTo(7);
        asked.add(peer.node() + batch.getUserIdsList());
        numbers.add(peer.node() + "#" + batch.getEnvelope().getMessage().getMsgId());
        return (peer.equals(OTHER) ? other : third).take(batch);
    }

    @AfterEach
    void close() {
        members.close();
    }

    @BeforeEach
    void learnOfChanges() {
        directory.follow(cache);
        cache.following(true);
    }

    private void connect(String user, Peer node) {
        directory.connect(user, node, connections.incrementAndGet());
    }

    private void disconnect(String user, Peer node) {
        if (directory.find("t1", user) instanceof Routes.Found.Known known) {
            known.routes().stream().filter(route -> route.node().equals(node)).forEach(directory::unregister);
        }
    }

    private RemoteDelivery.Reached deliver(String... users) throws InterruptedException {
        return cluster.deliver(List.of(users), DELIVERY, new PendingWrites());
    }

    @Test
    void findsAUserWhoMovedBetweenTheLookUpAndTheDelivery() throws InterruptedException {
        connect("u", OTHER);
        other = batch -> {
            disconnect("u", OTHER);
            connect("u", THIRD);
            return MISSED;
        };
        assertThat(deliver("u").delivered()).containsExactly("u");
        assertThat(asked).containsExactly("node-2[u]", "node-3[u]");
        assertThat(metrics.counter(Metric.ROUTES_STALE, "t1").value()).isEqualTo(1);
    }

    @Test
    void asksEveryOtherLiveNodeOnceForEverybodyOfATenant() throws InterruptedException {
        directory.renew(OTHER);
        directory.renew(THIRD);
        members.start();
        other = batch -> new NodeLinks.Reply.NotAsked("breaker open");
        cluster.deliverToEverybody(DELIVERY);
        assertThat(asked).containsExactlyInAnyOrder("node-2[]", "node-3[]");
    }

    @Test
    void looksOnceMoreAndThenGivesUp() throws InterruptedException {
        connect("u", OTHER);
        other = batch -> {
            disconnect("u", OTHER);
            connect("u", THIRD);
            return MISSED;
        };
        third = batch -> MISSED;
        assertThat(deliver("u")).isEqualTo(new RemoteDelivery.Reached(Set.of(), Set.of("u"), 0));
        assertThat(asked).containsExactly("node-2[u]", "node-3[u]");
    }

    @Test
    void oneBatchGoesToEachNodeAndEveryDeviceIsReached() throws InterruptedException {
        connect("a", OTHER);
        connect("b", OTHER);
        connect("b", THIRD);
        connect("c", THIRD);
        connect("here", SELF);
        assertThat(deliver("a", "b", "c", "here", "nobody").delivered()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(asked)
                .hasSize(2)
                .anyMatch(call -> call.startsWith("node-2["))
                .anyMatch(call -> call.startsWith("node-3["));
    }

    @Test
    void devicesAreCountedByNodeAndANodeThatIsAskedAgainCountsOnce() throws InterruptedException {
        connect("a", OTHER);
        connect("b", OTHER);
        connect("b", THIRD);
        assertThat(deliver("a", "b").devices()).isEqualTo(3);

        connect("u", OTHER);
        connect("u", THIRD);
        third = batch -> {
            disconnect("u", THIRD);
            return MISSED;
        };
        asked.clear();
        assertThat(deliver("u").devices()).isEqualTo(1);
        assertThat(asked.stream().filter("node-2[u]"::equals)).hasSize(2);
    }

    @Test
    void aNodeThatDidNotAnswerIsTriedAgainUnderTheSameIdentity() throws InterruptedException {
        connect("u", OTHER);
        connect("u", THIRD);
        AtomicInteger tries = new AtomicInteger();
        other = batch -> tries.incrementAndGet() < 3 ? new NodeLinks.Reply.Unknown("deadline") : TAKEN;
        assertThat(deliver("u")).isEqualTo(new RemoteDelivery.Reached(Set.of("u"), Set.of(), 1));
        Await.until("tried until it answered", () -> tries.get() == 3);
        assertThat(metrics.counter(Metric.GRPC_FORWARD_FAILED, "t1", "grpc_single", "unknown")
                        .value())
                .isEqualTo(1);
        assertThat(asked.stream().filter("node-3[u]"::equals)).hasSize(1);
    }

    private RemoteDelivery.Reached send(int number) throws InterruptedException {
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setMsgId(Integer.toString(number))
                .build();
        return cluster.deliver(List.of("u"), new Delivery(message, "", "trace", 7), new PendingWrites());
    }

    private static int number(Deliver batch) {
        return Integer.parseInt(batch.getEnvelope().getMessage().getMsgId());
    }

    @Test
    void messagesThatWaitForANodeReachItInTheirOrder() throws InterruptedException {
        connect("u", OTHER);
        AtomicBoolean answers = new AtomicBoolean();
        List<Integer> came = Collections.synchronizedList(new ArrayList<>());
        List<CountDownLatch> reached = List.of(new CountDownLatch(1), new CountDownLatch(1));
        List<CountDownLatch> held = List.of(new CountDownLatch(1), new CountDownLatch(1));
        other = batch -> {
            if (!answers.get()) {
                return new NodeLinks.Reply.NotAsked("breaker open");
            }
            if (number(batch) <= held.size()) {
                reached.get(number(batch) - 1).countDown();
                awaitQuietly(held.get(number(batch) - 1));
            }
            came.add(number(batch));
            return TAKEN;
        };
        for (int i = 1; i <= 3; i++) {
            assertThat(send(i)).isEqualTo(NOT_TAKEN);
        }
        answers.set(true);
        reached.get(0).await();
        assertThat(send(4)).as("behind the first, which is being tried again").isEqualTo(NOT_TAKEN);
        held.get(0).countDown();
        reached.get(1).await();
        assertThat(send(5)).as("behind a queue that has begun to move").isEqualTo(NOT_TAKEN);
        held.get(1).countDown();
        Await.until("all of them", () -> came.size() == 5);
        Await.until("the queue gone", () -> redelivery.waitingFor() == 0);
        assertThat(send(6).delivered()).as("directly again").containsExactly("u");
        assertThat(came).containsExactly(1, 2, 3, 4, 5, 6);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Integer> numbersAt(Peer node) {
        return numbers.stream()
                .filter(call -> call.startsWith(node.node()))
                .map(call -> Integer.parseInt(call.substring(call.indexOf('#') + 1)))
                .toList();
    }

    @Test
    void aDeviceThatIsLocatedLateGetsWhatWaitedForItFirst() throws InterruptedException {
        directory.renews = false;
        directory.finds = false;
        members.start();
        connect("u", OTHER);
        assertThat(send(1)).isEqualTo(RemoteDelivery.Reached.NOBODY);
        directory.finds = true;
        send(2);
        directory.renews = true;
        members.recheck();
        Await.until("nothing waits", () -> redelivery.waitingFor() == 0);
        send(3);
        assertThat(numbersAt(OTHER)).containsExactly(1, 2, 3);
    }

    @Test
    void aNodeThatUsersComeToGetsWhatWaitsBeforeTheNextMessage() throws InterruptedException {
        directory.renews = false;
        members.start();
        connect("u", OTHER);
        assertThat(send(1).delivered()).containsExactly("u");
        assertThat(send(2).delivered()).containsExactly("u");
        connect("u", THIRD);
        assertThat(send(3).delivered()).containsExactly("u");
        Await.until("all there", () -> numbersAt(THIRD).size() == 3);
        assertThat(members.isSettling()).isTrue();
        directory.renews = true;
        members.recheck();
        Await.until("nothing waits", () -> redelivery.waitingFor() == 0);
        assertThat(numbersAt(THIRD)).as("not before 1 and 2").containsExactly(1, 2, 3);
        assertThat(numbersAt(OTHER)).as("once each").containsExactly(1, 2, 3);
    }

    @Test
    void whatIsHandedOverAnewComesAfterWhatWaitsToBeLocated() throws InterruptedException {
        directory.renews = false;
        members.start();
        assertThat(send(1)).isEqualTo(RemoteDelivery.Reached.NOBODY);
        connect("u", OTHER);
        MessageRequest second =
                MessageRequest.newBuilder().setTenantId("t1").setMsgId("2").build();
        cluster.deliverAnew(List.of("u"), new Delivery(second, "", "trace", 7));
        assertThat(numbersAt(OTHER)).first().isEqualTo(1);
    }
}
