package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Delivered;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.WaitingMessage.Taken;
import io.mics.routing.directory.FanOutBounds;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.RouteCache;
import io.mics.routing.directory.ScriptedDirectory;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Which nodes get what, and when nothing is left of it. The turns themselves are those of {@link RedeliveryQueuesTest}.
 */
@Timeout(30)
class RedeliveryTest {
    private static final NodeLinks.Reply SILENT = new NodeLinks.Reply.NotAsked("circuit open");
    private static final NodeLinks.Reply TAKEN = new NodeLinks.Reply.Answered(
            NodeAnswer.newBuilder().setDelivered(Delivered.getDefaultInstance()).build());

    private final Metrics metrics = new Metrics();
    private final ScriptedDirectory directory = new ScriptedDirectory();
    private final Peer self = joined("node-1", 1);
    private final Peer other = joined("node-2", 2);
    private final Peer third = joined("node-3", 3);
    private final Membership members = new Membership(
            directory, directory, self, new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)), metrics);
    private final RouteCache cache =
            new RouteCache(directory, Duration.ofMinutes(1), () -> new FanOutBounds(0, 0), System::nanoTime, metrics);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile NodeLinks.Reply reply = SILENT;
    private volatile Thread trying = Thread.currentThread();
    private final Redelivery redelivery = new Redelivery(cache, members, this::call, metrics);

    private Peer joined(String node, int port) {
        if (directory.join(node, "localhost:" + port, false) instanceof NodeRegistry.Joining.Joined joined) {
            return joined.self();
        }
        throw new AssertionError("not joined");
    }

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        Deliver deliver = call.getDeliver();
        NodeLinks.Reply now = reply;
        trying = Thread.currentThread();
        asked.add(peer.node() + "#" + deliver.getEnvelope().getMessage().getMsgId() + deliver.getUserIdsList());
        return now;
    }

    private static Delivery from(String sender, int number) {
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId(sender)
                .setDeviceId("d1")
                .setMsgId(Integer.toString(number))
                .build();
        return new Delivery(message, "", "trace", number);
    }

    private static WaitingMessage unlocated(Delivery delivery, Set<Taken> taken, String... users) {
        return WaitingMessage.unlocated(List.of(users), delivery, System.nanoTime(), taken);
    }

    private long dropped() {
        return metrics.counter(Metric.REDELIVERIES_DROPPED, "t1").value();
    }

    @BeforeEach
    void start() {
        members.start();
    }

    @AfterEach
    void close() {
        redelivery.close();
        members.close();
    }

    @Test
    void onlyTheSameDevicesMessagesToTheSameNodeMustFollow() throws InterruptedException {
        redelivery.later(other, List.of("u"), from("a", 1));
        Await.until("tried", () -> !asked.isEmpty());
        assertThat(redelivery.mustFollow(other, from("a", 2))).isTrue();
        assertThat(redelivery.mustFollow(third, from("a", 2))).isFalse();
        assertThat(redelivery.mustFollow(other, from("b", 1))).isFalse();
    }

    @Test
    void nothingIsLeftOnceTheNodeAnswered() throws InterruptedException {
        redelivery.later(other, List.of("u"), from("a", 1));
        redelivery.later(third, List.of("u"), from("a", 1));
        assertThat(redelivery.waitingFor()).isEqualTo(2);
        reply = TAKEN;
        Await.until("answered", () -> redelivery.waitingFor() == 0);
        assertThat(redelivery.mustFollow(other, from("a", 2))).isFalse();
        assertThat(dropped()).isZero();
    }

    @Test
    void nothingIsTriedAnyMoreOnceTheNodeIsClosed() throws InterruptedException {
        redelivery.later(other, List.of("u"), from("a", 1));
        Await.until("tried", () -> !asked.isEmpty());
        redelivery.close();
        trying.join();
        int tried = asked.size();
        redelivery.later(third, List.of("u"), from("b", 1));
        assertThat(asked).hasSize(tried);
    }

    @Test
    void nothingIsLeftOfANodeThatIsGone() throws InterruptedException {
        for (int i = 1; i <= 3; i++) {
            redelivery.later(other, List.of("u"), from("a", i));
            redelivery.later(other, List.of("u"), from("b", i));
        }
        redelivery.later(third, List.of("u"), from("a", 1));
        directory.leave(other);
        members.recheck();
        Await.until("only the third waits", () -> redelivery.waitingFor() == 1);
        assertThat(redelivery.mustFollow(other, from("a", 4))).isFalse();
        redelivery.later(other, List.of("u"), from("a", 4));
        assertThat(redelivery.waitingFor()).isEqualTo(1);
        assertThat(asked).noneMatch(call -> call.startsWith("node-2#2") || call.startsWith("node-2#3"));
    }

    @Test
    void countsWhatDoesNotFit() {
        for (int i = 0; i < RedeliveryQueues.SENDER_MESSAGES + 2; i++) {
            redelivery.later(other, List.of("u"), from("a", i));
        }
        assertThat(dropped()).isEqualTo(2);
    }

    @Test
    void whatANodeFailsAtIsNotTriedForEver() {
        reply = new NodeLinks.Reply.Failed("defect");
        redelivery.later(other, List.of("u"), from("a", 1));
        Await.until("given up", () -> redelivery.waitingFor() == 0);
        assertThat(dropped()).isEqualTo(1);
    }

    @Test
    void whatWaitedToBeLocatedGoesToTheNodesThatDoNotHaveIt() {
        directory.connect("u", other, 1);
        directory.connect("u", third, 2);
        directory.connect("v", other, 3);
        reply = TAKEN;
        redelivery.whenLocated(unlocated(from("a", 1), Set.of(new Taken("u", other.epoch())), "u", "v", "nobody"));
        Await.until("delivered", () -> redelivery.waitingFor() == 0);
        assertThat(asked).containsExactlyInAnyOrder("node-2#1[v]", "node-3#1[u]");
    }

    @Test
    void whatWaitsToBeLocatedGetsToANodeBeforeTheNextMessageDoes() throws InterruptedException {
        directory.finds = false;
        redelivery.whenLocated(unlocated(from("a", 1), Set.of(new Taken("u", other.epoch())), "u", "v"));
        redelivery.whenLocated(unlocated(from("a", 2), Set.of(), "u", "x"));
        redelivery.catchUp(new Batch(other, List.of("u", "v", "w")), from("b", 1));
        redelivery.catchUp(new Batch(other, List.of("w")), from("a", 3));
        assertThat(asked).as("another device's, and for another user").isEmpty();
        reply = TAKEN;
        redelivery.catchUp(new Batch(other, List.of("u", "v", "w")), from("a", 3));
        Await.until("there", () -> asked.size() == 2);
        redelivery.catchUp(new Batch(other, List.of("u", "v", "w")), from("a", 4));
        redelivery.catchUp(new Batch(third, List.of("x")), from("a", 4));
        Await.until("there too", () -> asked.size() == 3);
        assertThat(asked).containsExactly("node-2#1[v]", "node-2#2[u]", "node-3#2[x]");
        Await.until("only the directory is waited for", () -> redelivery.waitingFor() == 1);
        directory.connect("u", other, 1);
        directory.connect("u", third, 2);
        directory.finds = true;
        Await.until("located", () -> redelivery.waitingFor() == 0);
        assertThat(asked.subList(3, asked.size())).containsExactly("node-3#1[u]", "node-3#2[u]");
    }

    @Test
    void whatCannotBeLocatedKeepsItsOrderUntilItCan() {
        directory.finds = false;
        directory.connect("u", other, 1);
        reply = TAKEN;
        for (int i = 1; i <= 3; i++) {
            redelivery.whenLocated(unlocated(from("a", i), Set.of(), "u"));
        }
        directory.finds = true;
        Await.until("delivered", () -> redelivery.waitingFor() == 0);
        assertThat(asked).containsExactly("node-2#1[u]", "node-2#2[u]", "node-2#3[u]");
    }
}
