package io.mics.routing.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metrics;
import io.mics.proto.node.v1.Done;
import io.mics.proto.node.v1.HandOverSends;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.SentMessage;
import io.mics.routing.directory.DeviceKey;
import io.mics.routing.directory.LocalDevices;
import io.mics.routing.directory.Membership;
import io.mics.routing.directory.MemoryNodeRegistry;
import io.mics.routing.directory.MemoryRoutes;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.Routes;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device sent outlives the node it sent it from, however many stop, unless one is killed. */
@Timeout(60)
class SendsMigrationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEVICES = 30;

    private final Metrics metrics = new Metrics();
    private final MemoryNodeRegistry registry = new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(60));
    private final Map<Long, Node> nodes = new ConcurrentHashMap<>();
    private final Set<Long> away = ConcurrentHashMap.newKeySet();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<HandOverSends> handedOver = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong(System.nanoTime());

    /** One node, which others reach while it is a member. */
    private final class Node {
        final Membership members;
        final SendsMigration sends;

        Node(String name) {
            if (!(registry.join(name, name + ":1", false) instanceof NodeRegistry.Joining.Joined joined)) {
                throw new AssertionError("not joined");
            }
            members = new Membership(
                    registry,
                    new MemoryRoutes(System::nanoTime, Routes.REMEMBERED),
                    joined.self(),
                    new Membership.Timing(Duration.ofSeconds(60), Duration.ofMillis(20)),
                    metrics);
            sends = new SendsMigration(members, SendsMigrationTest.this::call, nanos::get);
            nodes.put(self().epoch(), this);
        }

        Peer self() {
            return members.self();
        }

        int stop(Map<DeviceKey, List<SentMessage>> sent) throws InterruptedException {
            int left = sends.leave(new Gone(Optional.of(sent)), PATIENCE);
            members.close();
            nodes.remove(self().epoch());
            return left;
        }
    }

    /** Devices that have disconnected. */
    private record Gone(Optional<Map<DeviceKey, List<SentMessage>>> handOver) implements LocalDevices {
        @Override
        public Stream<Device> devices() {
            return Stream.empty();
        }

        @Override
        public List<SentMessage> takeOver(String tenant, String user, String device, long connection) {
            return List.of();
        }

        @Override
        public void replaced(Device device) {}
    }

    private NodeLinks.Reply call(Peer peer, NodeCall.Builder call) {
        calls.add(peer.node());
        if (call.hasHandOverSends()) {
            handedOver.add(call.getHandOverSends());
        }
        Node asked = nodes.get(peer.epoch());
        if (asked == null || away.contains(peer.epoch())) {
            return new NodeLinks.Reply.NotAsked("no link");
        }
        NodeAnswer.Builder answer = NodeAnswer.newBuilder();
        if (call.hasTakeSends()) {
            answer.setTakenOver(asked.sends.answer(call.getTakeSends()));
        } else if (asked.sends.accept(call.getHandOverSends())) {
            answer.setDone(Done.getDefaultInstance());
        } else {
            answer.setFailure("leaving");
        }
        return new NodeLinks.Reply.Answered(answer.build());
    }

    /** Nodes that know each other. */
    private List<Node> nodes(int count) {
        List<Node> started = Stream.iterate(1, i -> i + 1)
                .limit(count)
                .map(i -> new Node("node-" + i))
                .toList();
        started.forEach(node -> node.members.start());
        return started;
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(node -> node.members.close());
    }

    private static DeviceKey device(int i) {
        return new DeviceKey("t1", "u" + i, "phone");
    }

    /** Every device sent a message that is called after it. */
    private static Map<DeviceKey, List<SentMessage>> sent() {
        Map<DeviceKey, List<SentMessage>> sent = new HashMap<>();
        for (int i = 0; i < DEVICES; i++) {
            sent.put(
                    device(i),
                    List.of(SentMessage.newBuilder()
                            .setMsgId("m" + i)
                            .setContent(7)
                            .setAgeMs(1_000)
                            .build()));
        }
        return sent;
    }

    private static void assertKnown(Node asking, Peer stopped) throws InterruptedException {
        for (int i = 0; i < DEVICES; i++) {
            var known = asking.sends.sentFrom(stopped, device(i));
            assertThat(known.sent())
                    .as("u%d", i)
                    .extracting(SentMessage::getMsgId)
                    .contains("m" + i);
            assertThat(known.sent())
                    .allSatisfy(message -> assertThat(message.getAgeMs()).isBetween(1_000L, 59_999L));
            assertThat(known.complete()).isTrue();
        }
    }

    @Test
    void everyOtherNodeFindsWhatWasSentFromANodeThatStopped() throws InterruptedException {
        List<Node> all = nodes(3);
        assertThat(all.get(0).stop(sent())).isZero();
        assertKnown(all.get(1), all.get(0).self());
        assertKnown(all.get(2), all.get(0).self());
    }

    @Test
    void aDeviceThatHadSentNothingLostNothing() throws InterruptedException {
        List<Node> all = nodes(3);
        assertThat(all.get(0).stop(Map.of())).isZero();
        var known = all.get(1).sends.sentFrom(all.get(0).self(), device(1));
        assertThat(known.sent()).isEmpty();
        assertThat(known.complete()).isTrue();
    }

    @Test
    void aNodeThatIsStartedAgainFindsItTooAndDoesNotHideItAsANewHome() throws InterruptedException {
        List<Node> all = nodes(3);
        assertThat(all.get(0).stop(sent())).isZero();
        Node again = new Node("node-1");
        again.members.start();
        all.get(1).members.start();
        assertKnown(again, all.get(0).self());
        assertKnown(all.get(1), all.get(0).self());
    }

    @Test
    void whatWasHandedToANodeThatStopsNextGoesOn() throws InterruptedException {
        List<Node> all = nodes(4);
        assertThat(all.get(0).stop(sent())).isZero();
        assertThat(all.get(1).stop(Map.of())).isZero();
        assertThat(all.get(2).stop(Map.of())).isZero();
        assertKnown(all.get(3), all.get(0).self());
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void whatIsTooOldToBeRecognisedIsNotHandedOn() throws InterruptedException {
        List<Node> all = nodes(4);
        long first = all.get(0).self().epoch();
        long second = all.get(1).self().epoch();
        assertThat(all.get(0).stop(sent())).isZero();
        pass(58);
        handedOver.clear();
        assertThat(all.get(1).stop(Map.of())).isZero();
        assertThat(handedOver)
                .as("59 s old")
                .anySatisfy(part -> assertThat(part.getDevicesList()).isNotEmpty());

        pass(2);
        handedOver.clear();
        assertThat(all.get(2).stop(Map.of())).isZero();
        assertThat(handedOver).isNotEmpty().allSatisfy(part -> {
            assertThat(part.getDevicesList()).as("61 s old").isEmpty();
            assertThat(part.getStoppedList()).as("within two minutes").contains(first, second);
        });
    }

    @Test
    void beingNamedAgainByTheNextThatStopsDoesNotKeepANodeRemembered() throws InterruptedException {
        List<Node> all = nodes(4);
        long first = all.get(0).self().epoch();
        long second = all.get(1).self().epoch();
        assertThat(all.get(0).stop(sent())).isZero();
        pass(100);
        handedOver.clear();
        assertThat(all.get(1).stop(Map.of())).isZero();
        assertThat(handedOver)
                .anySatisfy(part -> assertThat(part.getStoppedList()).contains(first, second));
        pass(21);
        handedOver.clear();
        assertThat(all.get(2).stop(Map.of())).isZero();
        assertThat(handedOver)
                .isNotEmpty()
                .allSatisfy(part ->
                        assertThat(part.getStoppedList()).contains(second).doesNotContain(first));
    }

    @Test
    void whichNodesStoppedIsForgottenAfterTwoMinutesAndANodeWithNothingLeftAsksNobody() throws InterruptedException {
        List<Node> all = nodes(3);
        assertThat(all.get(0).stop(sent())).isZero();
        pass(121);
        var known = all.get(1).sends.sentFrom(all.get(0).self(), device(1));
        assertThat(known.sent()).isEmpty();
        assertThat(known.complete()).isFalse();
        calls.clear();
        assertThat(all.get(1).sends.leave(new Gone(Optional.empty()), PATIENCE)).isZero();
        assertThat(calls).isEmpty();
    }

    @Test
    void ofTwoThatStopAtOnceNeitherIsGivenWhatItCanNoLongerPassOn() throws InterruptedException {
        List<Node> all = nodes(3);
        // has handed over its own, and is a member still
        assertThat(all.get(1).sends.leave(new Gone(Optional.of(Map.of())), PATIENCE))
                .isZero();
        assertThat(all.get(0).stop(sent())).isZero();
        all.get(1).members.close();
        nodes.remove(all.get(1).self().epoch());
        assertKnown(all.get(2), all.get(0).self());
    }

    @Test
    void theNextHomeTakesWhatTheFirstDoesNotAnswerFor() throws InterruptedException {
        List<Node> all = nodes(3);
        away.add(all.get(1).self().epoch());
        assertThat(all.get(0).stop(sent())).isZero();
        assertKnown(all.get(2), all.get(0).self());
    }

    @Test
    void whatNobodyTookIsCountedAndCalledIncomplete() throws InterruptedException {
        List<Node> all = nodes(2);
        away.add(all.get(1).self().epoch());
        assertThat(all.get(0).stop(sent())).isEqualTo(DEVICES);
        away.clear();
        assertThat(all.get(1).sends.sentFrom(all.get(0).self(), device(1)).complete())
                .isFalse();
    }

    @Test
    void aNodeThatWasKilledHandedNothingOver() throws InterruptedException {
        List<Node> all = nodes(3);
        nodes.remove(all.get(0).self().epoch());
        var known = all.get(1).sends.sentFrom(all.get(0).self(), device(1));
        assertThat(known.sent()).isEmpty();
        assertThat(known.complete()).isFalse();
    }

    @Test
    void aNodeThatHadNoDevicesLatelyAsksNobody() throws InterruptedException {
        List<Node> all = nodes(3);
        assertThat(all.get(0).sends.leave(new Gone(Optional.empty()), PATIENCE)).isZero();
        assertThat(calls).isEmpty();
    }

    @Test
    void moreThanOneCallCarriesGoesInSeveral() throws InterruptedException {
        List<Node> all = nodes(2);
        Map<DeviceKey, List<SentMessage>> much = new HashMap<>();
        for (int i = 0; i < DEVICES; i++) {
            List<SentMessage> many = Stream.iterate(0, n -> n + 1)
                    .limit(120)
                    .map(n -> SentMessage.newBuilder()
                            .setMsgId(n + "-".repeat(120))
                            .setContent(n)
                            .build())
                    .toList();
            much.put(device(i), many);
        }
        assertThat(all.get(0).stop(much)).isZero();
        assertThat(calls).hasSizeGreaterThan(2);
        for (int i = 0; i < DEVICES; i++) {
            assertThat(all.get(1).sends.sentFrom(all.get(0).self(), device(i)).sent())
                    .hasSize(120);
        }
    }
}
