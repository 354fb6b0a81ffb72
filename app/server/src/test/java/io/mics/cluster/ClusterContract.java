package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.node.settings.StartRefusedException;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nobody can tell on which node anyone is, whatever kind of Redis the nodes share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterContract {
    private ThreeNodes cluster;

    /** Nodes whose tenant has these limits. */
    abstract ThreeNodes start(String limits) throws IOException;

    @BeforeAll
    void start() throws IOException {
        cluster = start("devices-per-user: 2");
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @Test
    void carriesAMessageToDevicesOnEveryNode() throws IOException {
        try (RawClient sender = cluster.connect(0, "a1", "d1");
                RawClient phone = cluster.connect(1, "a2", "phone");
                RawClient laptop = cluster.connect(2, "a2", "laptop")) {
            for (int i = 0; i < 50; i++) {
                MessageAck ack = sender.sendAcked("a2", "m" + i, "hi " + i);
                assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(phone.readDelivery().getMsgId()).isEqualTo("m" + i);
                assertThat(laptop.readDelivery().getMsgId()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void deliversToAGroupOverAllNodes() throws IOException {
        List<String> members = new ArrayList<>();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            members.add("g" + i);
            if (i < 27) {
                clients.add(cluster.connect(i % 3, "g" + i, "d1"));
            }
        }
        cluster.backend.setGroup("group-of-30", members);
        try (RawClient sender = cluster.connect(0, "g-sender", "d1")) {
            sender.send(RawClient.group("group-of-30", "1", "to all"));
            for (RawClient client : clients) {
                assertThat(client.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("to all");
            }
            MessageAck ack = sender.readAck();
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getOfflineBufferedUsers()).isEqualTo(3);
            assertThat(ack.getOfflineSkippedUsers()).isZero();
        }
        for (RawClient client : clients) {
            client.close();
        }
        try (RawClient late = cluster.connect(1, "g28", "d1")) {
            assertThat(late.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("to all");
        }
    }

    @Test
    void keepsMessagesForAnAbsentUserWhereverTheyComeBack() throws IOException {
        try (RawClient sender = cluster.connect(0, "k1", "d1")) {
            for (int node = 0; node < 3; node++) {
                String user = "absent-" + node;
                for (int i = 0; i < 20; i++) {
                    assertThat(sender.sendAcked(user, user + i, "hi").getStatus())
                            .isEqualTo(AckStatus.SENT);
                }
                try (RawClient back = cluster.connect(node, user, "d1")) {
                    for (int i = 0; i < 20; i++) {
                        assertThat(back.readDelivery().getMsgId()).isEqualTo(user + i);
                    }
                }
            }
        }
    }

    @Test
    void closesADevicesOldConnectionOnAnotherNodeAndRemembersWhatItSent() throws IOException {
        try (RawClient receiver = cluster.connect(2, "r2", "d1");
                RawClient before = cluster.connect(0, "r1", "phone")) {
            assertThat(before.sendAcked("r2", "7", "once").getReason()).isEmpty();
            try (RawClient after = cluster.connect(1, "r1", "phone")) {
                assertThat(before.readClose().closeCode()).isEqualTo(4409);
                MessageAck ack = after.sendAcked("r2", "7", "once");
                assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(ack.getReason()).isEqualTo("duplicate");
                assertThat(after.sendAcked("r2", "8", "another body").getReason())
                        .isEmpty();
            }
            assertThat(receiver.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("once");
            assertThat(receiver.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("another body");
        }
    }

    @Test
    void remembersWhatADeviceSentThatLeftBeforeItCameElsewhere() throws IOException {
        try (RawClient receiver = cluster.connect(2, "l2", "d1")) {
            try (RawClient before = cluster.connect(0, "l1", "phone")) {
                before.sendAcked("l2", "1", "once");
            }
            Await.until(
                    "the device has left",
                    () -> cluster.nodes.get(0).metric("mics_ws_disconnected_total", "tenant=\"t1\"") > 0);
            try (RawClient after = cluster.connect(1, "l1", "phone")) {
                assertThat(after.sendAcked("l2", "1", "once").getReason()).isEqualTo("duplicate");
            }
            assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
        }
    }

    @Test
    void recognisesAResendWhereverItsDeviceWasMeanwhile() throws IOException {
        try (RawClient receiver = cluster.connect(2, "hop2", "d1")) {
            try (RawClient first = cluster.connect(0, "hop1", "phone")) {
                assertThat(first.sendAcked("hop2", "1", "once").getReason()).isEmpty();
            }
            for (int node : new int[] {0, 1, 2, 1, 0}) {
                try (RawClient next = cluster.connect(node, "hop1", "phone")) {
                    if (node != 1) {
                        assertThat(next.sendAcked("hop2", "1", "once").getReason())
                                .as("on node " + node)
                                .isEqualTo("duplicate");
                    }
                }
            }
            try (RawClient last = cluster.connect(1, "hop1", "phone")) {
                assertThat(last.sendAcked("hop2", "1", "once").getReason()).isEqualTo("duplicate");
                assertThat(last.sendAcked("hop2", "2", "twice").getReason()).isEmpty();
            }
            assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
            assertThat(receiver.readDelivery().getMsgId()).isEqualTo("2");
        }
    }

    @Test
    void countsAUsersDevicesOverAllNodes() throws IOException {
        try (RawClient one = cluster.connect(0, "c1", "one");
                RawClient two = cluster.connect(1, "c1", "two")) {
            int port = cluster.nodes.get(2).port();
            try (RawClient three = RawClient.upgraded(port, RawClient.query(ThreeNodes.TENANT, "valid:c1", "three"))) {
                assertThat(three.readClose().closeCode()).isEqualTo(4429);
            }
            try (RawClient again = cluster.connect(2, "c1", "two")) {
                assertThat(two.readClose().closeCode()).isEqualTo(4409);
                assertThat(one.sendAcked("c1", "1", "me").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(again.readDelivery().getMsgId()).isEqualTo("1");
            }
        }
    }

    @Test
    void knowsADeviceForLongerThanOneLease() throws Exception {
        try (RawClient sender = cluster.connect(0, "s1", "d1");
                RawClient receiver = cluster.connect(1, "s2", "d1")) {
            for (int i = 0; i < 5; i++) {
                // the leases are three seconds: renewals, not events, are what is waited for
                Thread.sleep(1_000);
                assertThat(sender.sendAcked("s2", "m" + i, "hi").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void handsBufferedMessagesOverWhenANodeLeaves() throws IOException {
        TestGateway fourth = cluster.start("node-4", ThreeNodes.freePort());
        try (RawClient sender = cluster.connect(0, "h1", "d1")) {
            Await.until("four members", () -> cluster.nodes.get(0).metric("mics_cluster_members") >= 4);
            for (int i = 0; i < 40; i++) {
                assertThat(sender.sendAcked("moved-" + i, "h" + i, "hi").getStatus())
                        .isEqualTo(AckStatus.SENT);
            }
            fourth.close();
            for (int i = 0; i < 40; i++) {
                try (RawClient back = cluster.connect(i % 3, "moved-" + i, "d1")) {
                    assertThat(back.readDelivery().getMsgId()).isEqualTo("h" + i);
                }
            }
        }
    }

    @Test
    void recognisesAResendOfADeviceThatReturnsAfterItsNodeHasStopped() throws IOException {
        TestGateway fourth = cluster.start("node-4", ThreeNodes.freePort());
        List<RawClient> clients = new ArrayList<>();
        try (RawClient receiver = cluster.connect(0, "stopped-r", "d1")) {
            Await.until("four members", () -> cluster.nodes.get(0).metric("mics_cluster_members") >= 4);
            for (int i = 0; i < 12; i++) {
                RawClient before = RawClient.connect(fourth.port(), ThreeNodes.TENANT, "stopped-" + i, "phone");
                clients.add(before);
                assertThat(before.sendAcked("stopped-r", "s" + i, "once").getReason())
                        .isEmpty();
            }
            double lost = windowsLost();
            fourth.close();
            // the node of the same name is the home of some, and knows nothing
            try (TestGateway again = cluster.start("node-4", ThreeNodes.freePort())) {
                for (int i = 0; i < 12; i++) {
                    int port =
                            i % 4 == 3 ? again.port() : cluster.nodes.get(i % 4).port();
                    try (RawClient after = RawClient.connect(port, ThreeNodes.TENANT, "stopped-" + i, "phone")) {
                        assertThat(after.sendAcked("stopped-r", "s" + i, "once").getReason())
                                .as("device %d", i)
                                .isEqualTo("duplicate");
                    }
                }
                assertThat(again.metric("mics_dedup_windows_lost_total", "tenant=\"t1\""))
                        .isZero();
            }
            assertThat(windowsLost()).isEqualTo(lost);
            for (int i = 0; i < 12; i++) {
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("s" + i);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private double windowsLost() {
        return cluster.nodes.stream()
                .mapToDouble(node -> node.metric("mics_dedup_windows_lost_total", "tenant=\"t1\""))
                .sum();
    }

    @Test
    void refusesASecondNodeOfTheSameName() throws IOException {
        int port = ThreeNodes.freePort();
        assertThatThrownBy(() -> cluster.start("node-1", port))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("node-1");
    }
}
