package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.testing.RawClient;
import io.mics.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.playground();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void carriesAMessageToEveryDeviceOfItsRecipient() throws IOException {
        try (RawClient sender = gateway.connect("a1", "d1");
                RawClient phone = gateway.connect("a2", "phone");
                RawClient laptop = gateway.connect("a2", "laptop")) {
            MessageAck ack = sender.sendAcked("a2", "1", "hi");
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getMsgId()).isEqualTo("1");
            for (RawClient device : new RawClient[] {phone, laptop}) {
                MessageRequest got = device.readDelivery();
                assertThat(got.getUserId()).isEqualTo("a1");
                assertThat(got.getDeviceId()).isEqualTo("d1");
                assertThat(got.getTenantId()).isEqualTo(TestGateway.TENANT);
                assertThat(got.getMsgBody().toStringUtf8()).isEqualTo("hi");
            }
        }
    }

    @Test
    void givesEveryPermitBack() throws IOException {
        try (RawClient sender = gateway.connect("p1", "d1")) {
            sender.sendAcked("p2", "1", "hi");
            assertThat(gateway.get("/metrics").body()).contains("limit=\"concurrent-sends\"");
            assertThat(gateway.metric("mics_limit_permits_in_use")).isZero();
        }
    }

    @Test
    void answersAHeartbeat() throws IOException {
        try (RawClient client = gateway.connect("b1", "d1")) {
            client.ping();
            assertThat(client.readProtobuf().getHeartbeatPong().getTimestampMs())
                    .isPositive();
        }
    }

    @Test
    void keepsOrderUnderABurst() throws IOException {
        try (RawClient sender = gateway.connect("c1", "d1");
                RawClient receiver = gateway.connect("c2", "d1")) {
            for (int i = 0; i < 200; i++) {
                sender.sendTo("c2", "m" + i, "body " + i);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("m" + i);
                assertThat(sender.readAck().getMsgId()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void keepsAMessageForAnAbsentUserAndDeliversItFirst() throws IOException {
        try (RawClient sender = gateway.connect("e1", "d1")) {
            assertThat(sender.sendAcked("e2", "1", "early").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(sender.sendAcked("e2", "2", "later").getStatus()).isEqualTo(AckStatus.SENT);
            try (RawClient receiver = gateway.connect("e2", "d1")) {
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("2");
                sender.sendAcked("e2", "3", "now");
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("3");
            }
        }
    }

    @Test
    void reachesEveryMemberOfAGroupIncludingTheSender() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            one.send(RawClient.group("group-1", "g1", "all"));
            MessageAck ack = one.readAck();
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getOfflineBufferedUsers()).isEqualTo(1);
            assertThat(ack.getPartialDelivery()).isFalse();
            assertThat(two.readDelivery().getGroupId()).isEqualTo("group-1");
        }
    }
}
