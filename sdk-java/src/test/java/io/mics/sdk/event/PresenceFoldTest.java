package io.mics.sdk.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceFoldTest {
    private final PresenceFold fold = new PresenceFold(100);

    private static Envelope envelope(String device, String session) {
        return new Envelope(
                "e", new Position("im-mics-t1-event", 0, 0), "t1", "u1", device, "", 0, "n", "", "", "", session);
    }

    private static Event on(String session) {
        return new Event.ConnectOnline(envelope("d1", session), ConnectAck.getDefaultInstance());
    }

    private static Event off(String session) {
        return new Event.ConnectOffline(envelope("d1", session), ConnectAck.getDefaultInstance());
    }

    private boolean online() {
        return fold.online("t1", "u1", "d1");
    }

    private void addAll(Event... events) {
        List.of(events).forEach(fold::add);
    }

    @Test
    void aDeviceIsOnlineFromItsConnectToItsDisconnect() {
        assertThat(online()).isFalse();
        assertThat(fold.add(on("a-1-1"))).isTrue();
        assertThat(online()).isTrue();
        assertThat(fold.online()).containsExactly(new PresenceFold.Device("t1", "u1", "d1"));
        assertThat(fold.add(off("a-1-1"))).isTrue();
        assertThat(online()).isFalse();
    }

    @Test
    void theLateOfflineOfAReplacedSessionLeavesTheDeviceOnline() {
        addAll(on("a-1-1"), on("b-1-1"));
        assertThat(fold.add(off("a-1-1"))).isFalse();
        assertThat(online()).isTrue();
    }

    @Test
    void theLateOnlineOfAnEndedSessionLeavesTheDeviceOffline() {
        addAll(off("a-1-1"), on("b-1-1"), off("b-1-1"));
        assertThat(fold.add(on("a-1-1"))).isFalse();
        assertThat(online()).isFalse();
    }

    @Test
    void everyInterleavingOfTwoNodesAboutADeviceThatMovedEndsOnline() {
        List<Event> oldNode = List.of(on("a-1-1"), off("a-1-1"));
        List<Event> newNode = List.of(off("a-1-1"), on("b-1-1"));
        for (int mask = 0; mask < 16; mask++) {
            if (Integer.bitCount(mask) == 2) {
                List<Event> merged = new ArrayList<>();
                int ofOld = 0;
                for (int i = 0; i < 4; i++) {
                    merged.add((mask >> i & 1) == 1 ? oldNode.get(ofOld++) : newNode.get(i - ofOld));
                }
                PresenceFold each = new PresenceFold(100);
                merged.forEach(each::add);
                assertThat(each.online("t1", "u1", "d1")).as("%s", merged).isTrue();
            }
        }
    }

    @Test
    void readingEventsAgainChangesNothing() {
        List<Event> events = List.of(on("a-1-1"), off("a-1-1"), on("a-1-2"));
        events.forEach(fold::add);
        events.forEach(fold::add);
        assertThat(online()).isTrue();
        fold.add(on("a-1-1"));
        fold.add(off("a-1-2"));
        assertThat(online())
                .as("the earlier session was not taken for the current one")
                .isFalse();
    }

    @Test
    void sessionsOfAKilledNodeAreOverWhenItHasStartedAgain() {
        fold.add(on("node-a-5-9"));
        Event other = new Event.ConnectOnline(envelope("d2", "node-a-6-1"), ConnectAck.getDefaultInstance());
        assertThat(fold.add(other)).isTrue();
        assertThat(online()).isFalse();
        assertThat(fold.online("t1", "u1", "d2")).isTrue();
        assertThat(fold.add(on("node-a-5-9"))).as("of the start that is over").isFalse();
        fold.add(on("node-b-1-1"));
        assertThat(online()).isTrue();
    }

    @Test
    void eventsWithoutASessionApplyAsTheyCome() {
        fold.add(on(""));
        assertThat(online()).isTrue();
        fold.add(off(""));
        assertThat(online()).isFalse();
        fold.add(on(""));
        assertThat(online()).isTrue();
        fold.add(on("not a session"));
        fold.add(off("not a session"));
        assertThat(online()).isFalse();
    }

    @Test
    void otherEventsChangeNothing() {
        Event chat = new Event.SingleChat(envelope("d1", ""), "u2", MessageRequest.getDefaultInstance());
        assertThat(fold.add(chat)).isFalse();
        assertThat(fold.online()).isEmpty();
    }

    @Test
    void noMoreEndedSessionsAreRememberedThanAskedFor() {
        PresenceFold small = new PresenceFold(1);
        small.add(off("a-1-1"));
        small.add(off("b-1-1"));
        small.add(on("b-1-1"));
        assertThat(small.online()).isEmpty();
        small.add(on("a-1-1"));
        assertThat(small.online()).as("forgotten").hasSize(1);
        assertThatThrownBy(() -> new PresenceFold(0)).hasMessageContaining("endedSessions");
    }
}
