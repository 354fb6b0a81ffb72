package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.observe.MessageTrail;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery.Kind;
import io.mics.routing.delivery.UserDelivery.Reached;
import io.mics.routing.directory.RecentSends;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a message went, in words. */
class MessageWayTest {
    private static MessageWay way(MessageType type) {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgType(type)
                .setToUserId(type == MessageType.SINGLE_CHAT ? "u2" : "")
                .setGroupId(type == MessageType.GROUP_CHAT ? "g1" : "")
                .build();
        Sender sender = new Sender(
                new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of())),
                "u1",
                "d1",
                1,
                "trace",
                new PendingWrites(),
                NodeLoad.forThisMachine().handling("t1"),
                RecentSends.NONE);
        return new MessageWay(sender, new Delivery(message, "", "trace", 1));
    }

    private static String ofUser(Kind kind, int here, int elsewhere) {
        MessageWay way = way(MessageType.SINGLE_CHAT);
        way.reached(new Reached(kind, here, elsewhere));
        return way.reach();
    }

    @Test
    void devicesOfOtherNodesAreTheLeastThereCanBe() {
        assertThat(ofUser(Kind.DELIVERED, 1, 0)).isEqualTo("delivered to 1 device");
        assertThat(ofUser(Kind.DELIVERED, 3, 0)).isEqualTo("delivered to 3 devices");
        assertThat(ofUser(Kind.DELIVERED, 1, 1)).isEqualTo("delivered to at least 2 devices");
        assertThat(ofUser(Kind.DELIVERED, 0, 1)).isEqualTo("delivered to at least 1 device");
    }

    @Test
    void whatWasKeptIsSaidOnceItWas() {
        MessageWay way = way(MessageType.SINGLE_CHAT);
        assertThat(way.reach()).isEmpty();
        way.reached(new Reached(Kind.NO_SESSION, 0, 0));
        assertThat(way.reach()).as("not known yet").isEmpty();
        way.kept(true);
        assertThat(way.reach()).isEqualTo("kept for later: u2 is not connected");
        way.kept(false);
        assertThat(way.reach()).isEmpty();
        way.reached(new Reached(Kind.NOT_TAKEN, 0, 0));
        way.kept(true);
        assertThat(way.reach()).isEqualTo("kept for later: no device of u2 took it");
    }

    @Test
    void stepsComeInTheOrderTheyHappenedWhateverTheClockSaid() {
        Clock ahead = Clock.fixed(Instant.now().plusSeconds(300), ZoneOffset.UTC);
        MessageTrail trail = new MessageTrail(100, ahead);
        MessageWay way = way(MessageType.SINGLE_CHAT);
        trail.note("t1", way);
        trail.note("t1", "", "hook pre-send", "words", () -> "allow");
        way.reached(new Reached(Kind.NO_SESSION, 0, 0));
        trail.note("t1", "", "hook post-send", "words", () -> "ok");
        way.kept(true);
        way.answered(Outcome.Sent.WHOLE, "published");
        trail.note("t1", "", "hook delivery", "words", () -> "ok");
        assertThat(trail.of("t1", ""))
                .extracting(MessageTrail.Step::what)
                .containsExactly(
                        "received",
                        "hook pre-send",
                        "devices",
                        "hook post-send",
                        "kept for later",
                        "answered",
                        "hook delivery");
    }

    @Test
    void aGroupsMembersAndTheirDevicesAreCounted() {
        MessageWay way = way(MessageType.GROUP_CHAT);
        way.fannedOut(4, new GroupFanOut.Result(2, 3, 0, List.of("u3"), List.of("u4")));
        assertThat(way.reach()).isEqualTo("delivered to 3 devices of 2 of 4 members");
        way.keptFor(2);
        assertThat(way.reach()).isEqualTo("delivered to 3 devices of 2 of 4 members, kept for later for 2 members");
    }
}
