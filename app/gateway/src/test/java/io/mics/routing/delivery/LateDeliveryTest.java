package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.MemoryNodeRegistry;
import io.mics.routing.directory.MemoryRoutes;
import io.mics.routing.directory.Route;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Users were nowhere when a message came, and are somewhere when their backend has been notified. */
class LateDeliveryTest {
    private static final Peer SELF = new Peer("node-1", 1, "localhost:1");
    private static final Peer OTHER = new Peer("node-2", 2, "localhost:2");
    private static final Peer THIRD = new Peer("node-3", 3, "localhost:3");
    private static final Delivery DELIVERY =
            new Delivery(MessageRequest.newBuilder().setTenantId("t1").build(), "", "trace", 7).asRedelivery();

    private final Metrics metrics = new Metrics();
    private final MemoryRoutes routes = new MemoryRoutes(System::nanoTime, Routes.REMEMBERED);
    private final RouteCache cache =
            new RouteCache(routes, Duration.ofMinutes(1), () -> new FanOutBounds(2, 2), System::nanoTime, metrics);
    private final Membership members = new Membership(
            new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(30)),
            routes,
            SELF,
            new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)),
            metrics);
    private final List<String> asked = new ArrayList<>();
    private final List<String> here = new ArrayList<>();
    private boolean answers = true;
    private final LateDelivery late = new LateDelivery(
            (tenant, user, delivery, except, writes) -> {
                here.add(user);
                return LocalDelivery.LocalOutcome.NO_SESSION;
            },
            Optional.of(new ClusterDelivery(
                    cache,
                    members,
                    this::call,
                    new Redelivery(cache, members, this::call, metrics),
                    () -> new FanOutBounds(2, 2),
                    metrics)));

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        Deliver deliver = call.getDeliver();
        assertThat(deliver.getEnvelope().getDeliveryId()).isEqualTo(7);
        synchronized (asked) {
            asked.add(peer.node() + deliver.getUserIdsList());
        }
        return answers
                ? new NodeLinks.Reply.Answered(NodeAnswer.newBuilder()
                        .setDelivered(Delivered.getDefaultInstance())
                        .build())
                : new NodeLinks.Reply.NotAsked("down");
    }

    private void register(String user, Peer on) {
        routes.register(new Route("t1", user, "d1", on, 1, 0), new Routes.Limits(0, 0), Duration.ofSeconds(30));
    }

    @Test
    void asksTheNodesThatUsersAreOnByNow() throws InterruptedException {
        register("a", OTHER);
        register("b", THIRD);
        register("c", SELF);
        late.handOver(List.of("a", "b", "c", "nowhere"), DELIVERY);
        assertThat(here).containsExactly("a", "b", "c", "nowhere");
        assertThat(asked).containsExactlyInAnyOrder("node-2[a]", "node-3[b]");
    }

    @Test
    void trustsNoRouteThatWasLookedUpBefore() throws InterruptedException {
        cache.following(true);
        register("a", OTHER);
        cache.find("t1", "a", new PendingWrites());
        register("a", THIRD);
        assertThat(cache.find("t1", "a", new PendingWrites()))
                .as("stale, nobody notified the cache")
                .isEqualTo(new Routes.Found.Known(List.of(new Route("t1", "a", "d1", OTHER, 1, 0))));
        late.handOver(List.of("a"), DELIVERY);
        assertThat(asked).containsExactly("node-3[a]");
    }

    @Test
    void leavesWhoCannotBeReachedToTheirNextPull() throws InterruptedException {
        answers = false;
        register("a", OTHER);
        late.handOver(List.of("a"), DELIVERY);
        assertThat(asked).containsExactly("node-2[a]");
    }
}
