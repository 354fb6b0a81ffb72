package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.testing.Await;
import io.mics.testing.HeldAuth;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of two connections of one device the one accepted later wins, whenever the backend answers who they are. */
@Timeout(60)
@Tag("engine")
class AcceptanceOrderTest {
    private HeldAuth backend;
    private TestGateway gateway;

    @BeforeEach
    void start() throws IOException {
        backend = new HeldAuth();
        gateway = TestGateway.start(backend.tenants(""), "");
    }

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
    }

    private RawClient held(String user) throws Exception {
        RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "held:" + user, "phone"));
        backend.awaitAsked(user);
        return client;
    }

    @Test
    void aLateAnswerDoesNotReplaceALaterConnection() throws Exception {
        try (RawClient earlier = held("u1");
                RawClient later = RawClient.connect(gateway.port(), "t1", "u1", "phone")) {
            backend.release("u1");
            assertThat(earlier.readClose().closeCode()).isEqualTo(4409);
            later.sendTo("u1", "1", "still here");
            assertThat(later.readDelivery().getMsgId()).isEqualTo("1");
        }
    }

    @Test
    void anAnswerThatComesFirstIsReplacedByTheLaterConnection() throws Exception {
        try (RawClient later = RawClient.connect(gateway.port(), "t1", "u2", "phone");
                RawClient latest = RawClient.connect(gateway.port(), "t1", "u2", "phone")) {
            assertThat(later.readClose().closeCode()).isEqualTo(4409);
            assertThat(latest.sendAcked("u2", "1", "me").getReason()).isEmpty();
        }
    }

    @Test
    void aConnectionThatEndedWhileItsAnswerWasAwaitedIsNeverASession() throws Exception {
        double left = gateway.metric("mics_ws_left_early_total");
        try (RawClient live = RawClient.connect(gateway.port(), "t1", "u3", "phone")) {
            RawClient gone = held("u3");
            gone.close();
            RawClient reset = RawClient.upgraded(gateway.port(), RawClient.query("t1", "held:u3", "phone"));
            reset.vanish();
            RawClient polite = RawClient.upgraded(gateway.port(), RawClient.query("t1", "held:u3", "phone"));
            polite.ping();
            polite.send(0x88, new byte[] {0x03, (byte) 0xe8});
            Await.until("all have left", () -> gateway.metric("mics_ws_left_early_total") == left + 3);
            backend.release("u3");
            assertThat(polite.readClose().closeCode()).isEqualTo(1000);
            Await.until(
                    "all are answered",
                    () -> gateway.metric("mics_hook_requests_total", "op=\"Auth\"", "result=\"ok\"") == 4);
            live.sendTo("u3", "1", "still here");
            assertThat(live.readDelivery().getMsgId()).isEqualTo("1");
        }
        gateway.awaitEmpty();
        assertThat(gateway.metric("mics_ws_connected_total", "tenant=\"t1\"")).isEqualTo(1);
    }

    @Test
    void whatAClientSendsBeforeItIsKnownIsAnsweredOnceItIs() throws Exception {
        try (RawClient eager = held("u4")) {
            for (int i = 0; i < 50; i++) {
                eager.sendTo("u4", "m" + i, "x".repeat(1_000));
            }
            backend.release("u4");
            assertThat(eager.readProtobuf().hasConnectAck()).isTrue();
            for (int i = 0; i < 50; i++) {
                assertThat(eager.readAck().getMsgId()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void whatALateAnswerSetsForTheTenantDoesNotReplaceWhatANewerOneSaid() throws Exception {
        backend.configure(
                "held:u5",
                TenantRuntimeConfig.newBuilder().setTenantMaxConnections(1).build());
        try (RawClient earlier = held("u5");
                RawClient later = RawClient.connect(gateway.port(), "t1", "u6", "phone")) {
            backend.release("u5");
            assertThat(earlier.readProtobuf().hasConnectAck()).isTrue();
            try (RawClient third = RawClient.connect(gateway.port(), "t1", "u7", "phone")) {
                assertThat(third.sendAcked("u6", "1", "unlimited").getReason()).isEmpty();
                assertThat(later.readDelivery().getMsgId()).isEqualTo("1");
            }
        }
    }

    @Test
    void nothingIsBufferedForMembersOfAGroupThatNobodyCanBe() throws Exception {
        backend.group = List.of("u8", "", "x|y", "a\u0001", "z".repeat(129), "absent");
        try (RawClient member = RawClient.connect(gateway.port(), "t1", "u8", "phone")) {
            member.send(RawClient.group("g", "1", "to all"));
            MessageAck ack = member.readAck();
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getOfflineBufferedUsers()).isEqualTo(1);
            assertThat(ack.getPartialDelivery()).isFalse();
            assertThat(gateway.metric("mics_group_members_skipped_total", "tenant=\"t1\""))
                    .isEqualTo(4);
            backend.group = List.of("", "x|y");
            assertThat(sentToGroup(member).getReason()).isEqualTo("group members empty");
        }
    }

    private static MessageAck sentToGroup(RawClient sender) throws IOException {
        sender.send(RawClient.group("g", "2", "to nobody"));
        return sender.readAck();
    }
}
