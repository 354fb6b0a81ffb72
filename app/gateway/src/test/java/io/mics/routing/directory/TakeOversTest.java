package io.mics.routing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.SentMessage;
import io.mics.proto.node.v1.TakenOver;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lost is what a device sent only where neither its node nor those that inherited from it say it. */
class TakeOversTest {
    private static final DeviceKey DEVICE = new DeviceKey("t1", "u1", "phone");
    private static final SentMessage SENT =
            SentMessage.newBuilder().setMsgId("1").build();
    private static final NodeLinks.Reply ANSWER = new NodeLinks.Reply.Answered(NodeAnswer.newBuilder()
            .setTakenOver(TakenOver.newBuilder().addSent(SENT))
            .build());
    private static final NodeLinks.Reply AWAY = new NodeLinks.Reply.NotAsked("no link");

    private final Metrics metrics = new Metrics();
    private final Membership members = new Membership(
            new MemoryNodeRegistry(System::nanoTime, Duration.ofSeconds(30)),
            new MemoryRoutes(System::nanoTime, Routes.REMEMBERED),
            new Peer("node-1", 1, "localhost:1"),
            new Membership.Timing(Duration.ofSeconds(30), Duration.ofSeconds(10)),
            metrics);

    private List<SentMessage> takeOver(NodeLinks.Reply reply, StoppedNodes.HandedOver handedOver)
            throws InterruptedException {
        return new TakeOvers(members, (peer, call) -> reply, (stopped, device) -> handedOver, metrics)
                .takeOver(DEVICE, new Peer("node-2", 2, "localhost:2"), 0);
    }

    private long lost() {
        return metrics.counter(Metric.DEDUP_WINDOWS_LOST, "t1").value();
    }

    @Test
    void aNodeThatAnswersIsBelieved() throws InterruptedException {
        assertThat(takeOver(ANSWER, new StoppedNodes.HandedOver(List.of(), false)))
                .containsExactly(SENT);
        assertThat(lost()).isZero();
    }

    @Test
    void whatANodeThatStoppedHandedOverIsNotLost() throws InterruptedException {
        assertThat(takeOver(AWAY, new StoppedNodes.HandedOver(List.of(SENT), true)))
                .containsExactly(SENT);
        assertThat(takeOver(AWAY, new StoppedNodes.HandedOver(List.of(), true))).isEmpty();
        assertThat(lost()).isZero();
    }

    @Test
    void whatANodeDidNotHandOverIsLostAndWhatItDidIsUsed() throws InterruptedException {
        assertThat(takeOver(AWAY, new StoppedNodes.HandedOver(List.of(SENT), false)))
                .containsExactly(SENT);
        assertThat(lost()).isEqualTo(1);
    }
}
