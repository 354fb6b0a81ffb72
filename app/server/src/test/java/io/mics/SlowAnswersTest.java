package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.message.v1.AckStatus;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Connection;
import io.mics.testing.RawClient;
import io.mics.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with 128 MiB, and a tenant whose backend answers {@code /auth} slowly and with far too much. */
@Timeout(180)
@Tag("engine")
class SlowAnswersTest {
    private static final int ANSWERS = 60;
    private static final int ANSWER_BYTES = 15 << 20;
    private static final int FIRST_BYTES = 60 << 10;
    private static final int PART_BYTES = 60 << 10;

    @TempDir
    Path folder;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();
    private volatile boolean recovered;
    private HandWrittenHttp slow;
    private ExampleBackend well;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        slow = HandWrittenHttp.start(this::answer);
        well = new ExampleBackend(BackendSettings.forTests(""));
        server = ServerProcess.start(
                folder, "hooks: {warm-up: 0s}", """
                    tenants:
                      t1:
                        hooks: {base-url: "%s", auth-timeout: 60s, max-concurrency: 0, breaker-failures: 0}
                      t2:
                        hooks: {base-url: "%s", auth-timeout: 10s}
                    """.formatted(slow.url(), well.baseUrl()), "-Xmx128m");
    }

    @AfterEach
    void stop() throws IOException {
        goOn.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
        slow.close();
        well.close();
    }

    /** Every second answer says how long it is; all stop after their first bytes, the others before their last ones. */
    private void answer(Connection connection) throws IOException, InterruptedException {
        connection.expect();
        if (recovered) {
            byte[] accepted = AuthResponse.newBuilder()
                    .setOk(true)
                    .setUserId("u1")
                    .build()
                    .toByteArray();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + accepted.length + "\r\n\r\n", accepted);
            return;
        }
        boolean announced = connection.number() % 2 == 0;
        connection.send("HTTP/1.1 200 OK\r\n"
                + (announced ? "Content-Length: " + ANSWER_BYTES : "Transfer-Encoding: chunked")
                + "\r\n\r\n");
        part(connection, announced, FIRST_BYTES);
        if (announced) {
            connection.awaitHangUp();
            return;
        }
        goOn.await();
        for (int sent = FIRST_BYTES; sent < ANSWER_BYTES - PART_BYTES; sent += PART_BYTES) {
            part(connection, false, PART_BYTES);
        }
        connection.awaitHangUp();
    }

    private static void part(Connection connection, boolean announced, int bytes) throws IOException {
        connection.send(announced ? "" : Integer.toHexString(bytes) + "\r\n", new byte[bytes]);
        connection.send(announced ? "" : "\r\n");
    }

    private RawClient opened(RawClient client) throws IOException {
        clients.add(client);
        return client.timeout(Duration.ofSeconds(90));
    }

    @Test
    void aTenantsSlowLargeAnswersAreRefusedInWordsAndCostNobodyElseAnything() throws Exception {
        List<RawClient> refused = new ArrayList<>();
        for (int i = 0; i < ANSWERS; i++) {
            refused.add(opened(RawClient.upgraded(server.port(), RawClient.query("t1", "valid:u" + i, "d1"))));
        }
        Await.until("every answer has begun", () -> slow.connections() == ANSWERS);
        Await.until("some are being read", () -> server.metric("mics_hook_answer_bytes") >= FIRST_BYTES);
        Await.until("those that say how long they are have been cut", () -> slow.open() <= ANSWERS / 2);
        chat();
        assertThat(slow.open()).as("still answering").isEqualTo(ANSWERS / 2);
        goOn.countDown();
        for (RawClient client : refused) {
            RawClient.Frame close = client.readClose();
            assertThat(close.closeCode()).isEqualTo(4429);
            assertThat(close.closeReason()).isEqualTo("auth unavailable");
        }
        Await.until("every byte is given back", () -> server.metric("mics_hook_answer_bytes") == 0);
        Await.until("every connection is closed", () -> slow.open() == 0);
        recovered = true;
        opened(RawClient.connect(server.port(), "t1", "u1", "d1"));
        assertThat(server.isAlive()).isTrue();
        assertThat(server.log()).doesNotContain("OutOfMemoryError");
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    }

    private void chat() throws IOException {
        RawClient alice = opened(RawClient.connect(server.port(), "t2", "alice", "d1"));
        RawClient bob = opened(RawClient.connect(server.port(), "t2", "bob", "d1"));
        for (int i = 0; i < 50; i++) {
            assertThat(alice.sendAcked("bob", "m" + i, "x".repeat(1_000)).getStatus())
                    .isEqualTo(AckStatus.SENT);
            assertThat(bob.readDelivery().getMsgId()).isEqualTo("m" + i);
        }
    }
}
