package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.AuthResponse;
import io.mics.testing.Await;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Connection;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node keeps of its tenants' backends: bytes of answers while they are read, and idle connections. */
@Timeout(120)
@Tag("engine")
class BackendAnswersTest {
    private static String tenants(String... idsAndUrls) {
        StringBuilder tenants = new StringBuilder("tenants:\n");
        for (int i = 0; i < idsAndUrls.length; i += 2) {
            tenants.append("  " + idsAndUrls[i] + ": {hooks: {base-url: \"" + idsAndUrls[i + 1] + "\", "
                    + "auth-timeout: 30s}}\n");
        }
        return tenants.toString();
    }

    private static void admitEverybody(Connection connection) throws IOException {
        byte[] answer =
                AuthResponse.newBuilder().setOk(true).setUserId("u1").build().toByteArray();
        while (connection.next().isPresent()) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length + "\r\n\r\n", answer);
        }
    }

    @Test
    void theBytesOfAnAnswerAreShownWhileItIsReadAndGivenBackWhenItBreaksOff() throws Exception {
        CountDownLatch breakOff = new CountDownLatch(1);
        try (HandWrittenHttp backend = HandWrittenHttp.start(connection -> {
                    connection.expect();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", new byte[10]);
                    breakOff.await();
                });
                TestGateway gateway = TestGateway.start(tenants("t1", backend.url()), "hooks: {warm-up: 0s}");
                RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:u1", "d1"))) {
            Await.until("the answer is being read", () -> gateway.metric("mics_hook_answer_bytes") == 1_000);
            breakOff.countDown();
            assertThat(client.readClose().closeCode()).isEqualTo(4429);
            Await.until("nothing is read", () -> gateway.metric("mics_hook_answer_bytes") == 0);
        }
    }

    @Test
    void removingATenantClosesTheIdleConnectionsToItsBackendAndNoOthers() throws Exception {
        try (HandWrittenHttp one = HandWrittenHttp.start(BackendAnswersTest::admitEverybody);
                HandWrittenHttp other = HandWrittenHttp.start(BackendAnswersTest::admitEverybody);
                TestGateway gateway =
                        TestGateway.start(tenants("t1", one.url(), "t2", other.url()), "hooks: {idle-time: 10m}")) {
            RawClient.connect(gateway.port(), "t1", "u1", "d1").close();
            RawClient.connect(gateway.port(), "t2", "u1", "d1").close();
            gateway.awaitEmpty();
            assertThat(one.open()).as("idle").isEqualTo(1);
            gateway.rewriteTenants(tenants("t2", other.url()));
            Await.until("the removed tenant's connection is closed", () -> one.open() == 0);
            RawClient.connect(gateway.port(), "t2", "u1", "d2").close();
            assertThat(other.connections()).as("the other's is used again").isEqualTo(1);
        }
    }
}
