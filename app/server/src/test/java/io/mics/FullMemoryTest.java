package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with 128 MiB in which everything that can grow is as full as it gets, at once. */
@Timeout(400)
@Tag("engine")
class FullMemoryTest {
    private static final int LARGE = 1_100_000;
    private static final int UNFINISHED = 500;
    private static final int SLOW = 40;
    private static final int ABSENT = 60;

    @TempDir
    Path folder;

    private ExampleBackend backend;
    private ServerProcess server;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
        server = ServerProcess.start(
                folder,
                "ws: {keepalive: 0s, write-stall-timeout: 5m}\noutbound: {bytes: 4MiB}",
                """
                tenants:
                  t1: {hooks: {base-url: "%1$s", auth-timeout: 10s, timeout: 5s}, heartbeat: 10m}
                  t2: {hooks: {base-url: "%1$s", auth-timeout: 10s, timeout: 5s}, heartbeat: 10m}
                """.formatted(backend.baseUrl()),
                "-Xmx128m");
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
        backend.close();
    }

    private RawClient client(String tenant, String user) throws IOException {
        RawClient client = RawClient.connect(server.port(), tenant, user, "d1").timeout(Duration.ofSeconds(60));
        clients.add(client);
        return client;
    }

    @Test
    void refusesInWordsAndGoesOnServing() throws Exception {
        RawClient healthy = client("t2", "healthy");
        double queued;
        try {
            queued = fillOutbound();
            fillOffline();
            fillDuplicates();
        } catch (IOException e) {
            throw new AssertionError(server.log(), e);
        }
        assertThat(queued).isGreaterThan(8 << 20);
        assertThat(server.metric("mics_offline_buffered_bytes")).isGreaterThan(15 << 20);
        int refused = fillInbound();

        assertThat(server.log()).doesNotContain("OutOfMemoryError");
        assertThat(server.isAlive()).isTrue();
        assertThat(refused).isGreaterThan(UNFINISHED / 2);
        assertThat(server.metric("mics_inbound_buffered_bytes")).isBetween(1.0, 16.0 * (1 << 20));
        healthy.ping();
        assertThat(healthy.readProtobuf().hasHeartbeatPong()).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(healthy.sendAcked("healthy", "m" + i, "x".repeat(1_000)).getStatus())
                    .isEqualTo(AckStatus.SENT);
        }
        assertThat(healthy.sendAcked("healthy", "large", "x".repeat(500_000)).getStatus())
                .isEqualTo(AckStatus.SENT);
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    }

    /** Devices that read nothing, until the largest queues give way; the most that was queued at one time. */
    private double fillOutbound() throws IOException {
        double most = 0;
        for (int i = 0; i < SLOW; i++) {
            client("t1", "slow" + i);
        }
        RawClient sender = client("t1", "sender");
        String body = "x".repeat(200_000);
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < SLOW; i++) {
                sender.sendAcked("slow" + i, "o" + round + "-" + i, body);
            }
            most = Math.max(most, server.metric("mics_outbound_queued_bytes"));
            if (server.metric("mics_slow_consumers_closed_total") > 2) {
                return most;
            }
        }
        return most;
    }

    private void fillOffline() throws IOException {
        RawClient sender = client("t1", "sender2");
        String body = "x".repeat(100_000);
        for (int i = 0; i < 10 * ABSENT; i++) {
            assertThat(sender.sendAcked("absent" + i % ABSENT, "f" + i, body).getStatus())
                    .isEqualTo(AckStatus.SENT);
        }
    }

    private void fillDuplicates() throws IOException {
        RawClient sender = client("t1", "sender3");
        for (int i = 0; i < 45_000; i += 100) {
            for (int j = i; j < i + 100; j++) {
                sender.sendTo("sender4", "d" + j, "");
            }
            for (int j = i; j < i + 100; j++) {
                assertThat(sender.readAck().getMsgId()).isEqualTo("d" + j);
            }
        }
    }

    /** One unfinished frame each; how many were answered that there is no room. */
    private int fillInbound() throws Exception {
        byte[] frame = RawClient.masked(0x82, new byte[LARGE]);
        byte[] unfinished = Arrays.copyOf(frame, frame.length - 1);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < UNFINISHED; i++) {
            RawClient client = client("t1", "u" + i);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    client.write(unfinished);
                } catch (IOException closed) {
                    refused.incrementAndGet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Await.until("most have given way", () -> server.metric("mics_inbound_gave_way_total") > UNFINISHED * 0.9);
        return (int) server.metric("mics_inbound_gave_way_total");
    }
}
