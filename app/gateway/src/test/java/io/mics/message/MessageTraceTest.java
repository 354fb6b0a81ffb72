package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.observe.TraceBuffer;
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
class MessageTraceTest {
    private static MessageTrace trace(MessageType type) {
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
        return new MessageTrace(sender, new Delivery(message, "", "trace", 1));
    }

    private static String ofUser(Kind kind, int here, int elsewhere) {
        MessageTrace trace = trace(MessageType.SINGLE_CHAT);
        trace.reached(new Reached(kind, here, elsewhere));
        return trace.reach();
    }

    @Test
    void devicesOfOtherNodesAreTheLeastThereCanBe() {
        assertThat(ofUser(Kind.DELIVERED, 1, 0)).isEqualTo("delivered to 1 device");
        assertThat(ofUser(Kind.DELIVERED, 3, 0)).isEqualTo("delivered to 3 devices");
        assertThat(ofUser(Kind.DELIVERED, 1, 1)).isEqualTo("delivered to at least 2 devices");
        assertThat(ofUser(Kind.DELIVERED, 0, 1)).isEqualTo("delivered to at least 1 device");
    }

    @Test
    void whatWasStoredIsSaidOnceItWas() {
        MessageTrace trace = trace(MessageType.SINGLE_CHAT);
        assertThat(trace.reach()).isEmpty();
        trace.reached(new Reached(Kind.NO_SESSION, 0, 0));
        assertThat(trace.reach()).as("not known yet").isEmpty();
        trace.storedOffline(true);
        assertThat(trace.reach()).isEqualTo("stored offline: u2 is not connected");
        trace.storedOffline(false);
        assertThat(trace.reach()).isEmpty();
        trace.reached(new Reached(Kind.NOT_TAKEN, 0, 0));
        trace.storedOffline(true);
        assertThat(trace.reach()).isEqualTo("stored offline: no device of u2 took it");
    }

    @Test
    void stepsComeInTheOrderTheyHappenedWhateverTheClockSaid() {
        Clock ahead = Clock.fixed(Instant.now().plusSeconds(300), ZoneOffset.UTC);
        TraceBuffer traces = new TraceBuffer(100, ahead);
        MessageTrace trace = trace(MessageType.SINGLE_CHAT);
        traces.note("t1", trace);
        traces.note("t1", "", "hook pre-send", "words", () -> "allow");
        trace.reached(new Reached(Kind.NO_SESSION, 0, 0));
        traces.note("t1", "", "hook post-send", "words", () -> "ok");
        trace.storedOffline(true);
        trace.answered(Outcome.Sent.WHOLE, "published");
        traces.note("t1", "", "hook delivery", "words", () -> "ok");
        assertThat(traces.of("t1", ""))
                .extracting(TraceBuffer.Step::what)
                .containsExactly(
                        "received",
                        "hook pre-send",
                        "devices",
                        "hook post-send",
                        "stored offline",
                        "answered",
                        "hook delivery");
    }

    @Test
    void aGroupsMembersAndTheirDevicesAreCounted() {
        MessageTrace trace = trace(MessageType.GROUP_CHAT);
        trace.fannedOut(4, new GroupFanOut.Result(2, 3, 0, List.of("u3"), List.of("u4")));
        assertThat(trace.reach()).isEqualTo("delivered to 3 devices of 2 of 4 members");
        trace.storedOfflineFor(2);
        assertThat(trace.reach()).isEqualTo("delivered to 3 devices of 2 of 4 members, stored offline for 2 members");
    }
}
