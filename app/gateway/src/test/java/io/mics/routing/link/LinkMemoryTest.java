package io.mics.routing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.SharedByteBudget;
import io.mics.routing.link.NodeLinks.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What links to all nodes take together. */
class LinkMemoryTest {
    private final SharedByteBudget room = SharedByteBudget.halfEach(1_000);

    @Test
    void aCallForWhichOtherNodesLeaveNoRoomIsNotAsked() throws InterruptedException {
        LinkSettings settings = TestPeers.with(TestPeers.SETTINGS, Duration.ofMillis(1), 2, 5, Duration.ofSeconds(1));
        OutboundLink link = new OutboundLink(settings, room, "node-b", () -> {});
        link.down("nobody there");
        assertThat(link.call(TestPeers.offer("u1").build())).isEqualTo(new Reply.NotAsked("nobody there"));
        assertThat(room.tryTake("node-c", 1_000)).as("given back").isTrue();
        assertThat(link.call(TestPeers.offer("u1").build())).isEqualTo(new Reply.NotAsked("too many bytes in flight"));
        room.release("node-c", 1_000);
        assertThat(link.call(TestPeers.offer("u1").build())).isEqualTo(new Reply.NotAsked("nobody there"));
        assertThat(room.held()).isZero();
    }

    @Test
    void whereAllHaveTooMuchUnreadTheLinkWithMostEnds() {
        assertThat(LinkAcceptor.holdsTooMuch(60, List.of(60L, 40L), 100)).isFalse();
        assertThat(LinkAcceptor.holdsTooMuch(61, List.of(61L, 40L), 100)).isTrue();
        assertThat(LinkAcceptor.holdsTooMuch(40, List.of(61L, 40L), 100)).isFalse();
        assertThat(LinkAcceptor.holdsTooMuch(101, List.of(101L), 100)).isTrue();
    }
}
