package io.mics.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.testing.TestGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** What another node does with a batch. */
    private interface Node {
        NodeLinks.Reply take(Deliver batch);
    }

    private final Metrics metrics = new Metrics();
    private final MemoryRoutes routes = new MemoryRoutes(System::nanoTime, Routes.REMEMBERED);
    private final RouteCache cache =
            new RouteCache(routes, Duration.ofMinutes(1), () -> new FanOutBounds(0, 0), System::nanoTime, metrics);
    private final Membership members = new Membership(
            new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(30)),
            routes,
            SELF,
            new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)),
            metrics);
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger connections = new AtomicInteger();
    private Node other = batch -> TAKEN;
    private Node third = batch -> TAKEN;
    private final ClusterDelivery cluster = new ClusterDelivery(
            cache,
            members,
            this::call,
            new Redelivery(cache, members, this::call, metrics),
            () -> new FanOutBounds(0, 0),
            metrics);

    private static NodeLinks.Reply answered(Delivered delivered) {
        return new NodeLinks.Reply.Answered(
                NodeAnswer.newBuilder().setDelivered(delivered).build());
    }

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        Deliver batch = call.getDeliver();
        assertThat(batch.getEnvelope().getDeliveryId()).isEqualTo(7);
        asked.add(peer.node() + batch.getUserIdsList());
        return (peer.equals(OTHER) ? other : third).take(batch);
    }

    @BeforeEach
    void learnOfChanges() {
        routes.follow(cache);
        cache.following(true);
    }

    private void connect(String user, Peer node) {
        routes.register(
                new Route("t1", user, "d-" + node.node(), node, connections.incrementAndGet(), 0),
                new Routes.Limits(0, 0),
                Duration.ofMinutes(1));
    }

    private void disconnect(String user, Peer node) {
        if (routes.find("t1", user) instanceof Routes.Found.Known known) {
            known.routes().stream().filter(route -> route.node().equals(node)).forEach(routes::unregister);
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
    void looksOnceMoreAndThenGivesUp() throws InterruptedException {
        connect("u", OTHER);
        other = batch -> {
            disconnect("u", OTHER);
            connect("u", THIRD);
            return MISSED;
        };
        third = batch -> MISSED;
        assertThat(deliver("u")).isEqualTo(new RemoteDelivery.Reached(Set.of(), Set.of("u")));
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
    void aNodeThatDidNotAnswerIsTriedAgainUnderTheSameIdentity() throws InterruptedException {
        connect("u", OTHER);
        connect("u", THIRD);
        AtomicInteger tries = new AtomicInteger();
        other = batch -> tries.incrementAndGet() < 3 ? new NodeLinks.Reply.Unknown("deadline") : TAKEN;
        assertThat(deliver("u")).isEqualTo(new RemoteDelivery.Reached(Set.of("u"), Set.of()));
        TestGateway.await("tried until it answered", () -> tries.get() == 3);
        assertThat(metrics.counter(Metric.GRPC_FORWARD_FAILED, "t1", "grpc_single", "unknown")
                        .value())
                .isEqualTo(1);
        assertThat(asked.stream().filter("node-3[u]"::equals)).hasSize(1);
    }

    @Test
    void messagesThatWaitForANodeReachItInTheirOrder() throws InterruptedException {
        connect("u", OTHER);
        AtomicBoolean open = new AtomicBoolean(true);
        List<Integer> bodies = Collections.synchronizedList(new ArrayList<>());
        other = batch -> {
            if (open.get()) {
                return new NodeLinks.Reply.NotAsked("breaker open");
            }
            bodies.add(Integer.parseInt(batch.getEnvelope().getMessage().getMsgId()));
            return TAKEN;
        };
        for (int i = 1; i <= 3; i++) {
            MessageRequest message = MessageRequest.newBuilder()
                    .setTenantId("t1")
                    .setMsgId(Integer.toString(i))
                    .build();
            cluster.deliver(List.of("u"), new Delivery(message, "", "trace", 7), new PendingWrites());
        }
        open.set(false);
        TestGateway.await("all of them", () -> bodies.size() == 3);
        assertThat(bodies).containsExactly(1, 2, 3);
    }
}
