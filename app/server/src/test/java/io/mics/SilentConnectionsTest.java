package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that say nothing whole: on a slow uplink, dripping, only answering pings, or gone. */
@Timeout(120)
@Tag("engine")
class SilentConnectionsTest {
    private static final String TENANTS = """
        tenants:
          short:
            hooks: {base-url: "%1$s"}
            heartbeat: 1s
          long:
            hooks: {base-url: "%1$s"}
            heartbeat: 10m
        """;

    private static ExampleBackend backend;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
        gateway = TestGateway.start(TENANTS.formatted(backend.baseUrl()), "");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        backend.close();
    }

    @Test
    void aMessageOnASlowUplinkMayTakeLongerThanTheHeartbeat() throws IOException {
        try (RawClient slow = RawClient.connect(gateway.port(), "short", "slow", "d1")) {
            byte[] frame = RawClient.masked(
                    0x82, RawClient.single("slow", "1", "x".repeat(60_000)).toByteArray());
            int piece = frame.length / 30;
            for (int at = 0; at < frame.length; at += piece) {
                slow.write(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + piece)));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            assertThat(slow.readAck().getStatus()).isEqualTo(AckStatus.SENT);
        }
    }

    @Test
    void aMessageThatDripsIsClosedWith4100() throws IOException {
        try (RawClient dripping = RawClient.connect(gateway.port(), "short", "drip", "d1")) {
            byte[] frame = RawClient.masked(
                    0x82, RawClient.single("drip", "1", "x".repeat(60_000)).toByteArray());
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    for (int at = 0; at + 20 < frame.length; at += 20) {
                        dripping.write(Arrays.copyOfRange(frame, at, at + 20));
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                    }
                } catch (IOException closed) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(dripping.readClose().closeCode()).isEqualTo(4100);
            drip.interrupt();
        }
    }

    @Test
    void aJsonClientThatOnlyAnswersPingsStaysAtTheDefaults() throws IOException {
        try (RawClient client =
                RawClient.upgraded(gateway.port(), RawClient.query("short", "valid:json", "d1") + "&protocol=json")) {
            assertThat(client.read().text()).contains("connected");
            long start = System.nanoTime();
            int pings = 0;
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4)) {
                RawClient.Frame frame = client.readAny();
                assertThat(frame.opCode()).as("a ping").isEqualTo(9);
                client.send(0x8a, frame.payload());
                pings++;
            }
            assertThat(pings).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void aClientThatVanishedIsNoHeartbeatTimeout() throws IOException {
        double before = gateway.metric("mics_ws_disconnected_total", "tenant=\"short\"", "code=\"1006\"");
        double timeouts = gateway.metric("mics_ws_heartbeat_timeouts_total", "tenant=\"short\"");
        double silent = gateway.metric("mics_ws_disconnected_total", "tenant=\"short\"", "code=\"4100\"");
        for (int i = 0; i < 10; i++) {
            RawClient.connect(gateway.port(), "short", "gone" + i, "d1").vanish();
        }
        Await.until(
                "all are counted as vanished",
                () -> gateway.metric("mics_ws_disconnected_total", "tenant=\"short\"", "code=\"1006\"") == before + 10);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_500));
        assertThat(gateway.metric("mics_ws_heartbeat_timeouts_total", "tenant=\"short\"") - timeouts)
                .isEqualTo(gateway.metric("mics_ws_disconnected_total", "tenant=\"short\"", "code=\"4100\"") - silent);
    }

    @Test
    void nothingHoldsSessionsThatAreGone() throws Exception {
        long before = instances("io.mics.session.Session");
        for (int i = 0; i < 50; i++) {
            RawClient.connect(gateway.port(), "long", "gone" + i, "d1").vanish();
        }
        Await.until("all are gone", () -> held() <= before + 1);
    }

    private static long held() {
        try {
            return instances("io.mics.session.Session");
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    /** Reachable instances of a class in this JVM. */
    private static long instances(String name) throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length >= 4 && row[3].equals(name))
                .mapToLong(row -> Long.parseLong(row[1]))
                .sum();
    }
}
