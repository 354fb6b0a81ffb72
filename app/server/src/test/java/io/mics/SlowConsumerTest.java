package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class SlowConsumerTest {
    private static final String BODY = "x".repeat(100_000);
    private static final int MESSAGES = 200;

    private static ExampleBackend backend;

    @BeforeAll
    static void startBackend() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
    }

    @AfterAll
    static void stopBackend() {
        backend.close();
    }

    private static TestGateway gateway(String slowConsumer) {
        return TestGateway.start("""
            tenants:
              t1:
                hooks: {base-url: "%s"}
                slow-consumer: %s
                offline: {messages-per-user: 0}
            """.formatted(backend.baseUrl(), slowConsumer), "");
    }

    /** The median time of an acked message, in nanoseconds. */
    private static long medianAck(RawClient sender, String to) throws IOException {
        long[] took = new long[MESSAGES];
        for (int i = 0; i < MESSAGES; i++) {
            long start = System.nanoTime();
            sender.sendAcked(to, to + i, BODY);
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return took[MESSAGES / 2];
    }

    @Test
    void closesAReceiverThatStopsReadingAndCostsItsSenderNothing() throws Exception {
        try (TestGateway gateway = gateway("close");
                RawClient sender = RawClient.connect(gateway.port(), "t1", "sender", "d1");
                RawClient stalled = RawClient.connect(gateway.port(), "t1", "stalled", "d1");
                RawClient reading = RawClient.connect(gateway.port(), "t1", "reading", "d1")) {
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < MESSAGES; i++) {
                        reading.readDelivery();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            long toReading = medianAck(sender, "reading");
            long toStalled = medianAck(sender, "stalled");
            reader.join();
            // measured side by side; a sender that had to wait for the stalled peer would wait for ten seconds
            assertThat(toStalled).isLessThan(Math.max(20 * toReading, 1_000_000_000));
            Await.until(
                    "the stalled receiver is closed",
                    () -> gateway.metric("mics_ws_disconnected_total", "code=\"4430\"") == 1);
            assertThat(gateway.metric("mics_slow_consumers_closed_total", "tenant=\"t1\""))
                    .isEqualTo(1);
            assertThat(stalled).isNotNull();
            assertThat(sender.sendAcked("nobody", "n", "x").getStatus()).isEqualTo(AckStatus.FAILED);
        }
    }

    @Test
    void closesAReceiverWhoseSocketTakesNothingForTooLong() throws Exception {
        // no bound of its queue is met: what ends it is the one write that is blocked
        String mics = "ws: {write-stall-timeout: 500ms}\noutbound: {frames: 0, bytes: 0}";
        try (TestGateway gateway = TestGateway.start("", mics);
                RawClient sender = gateway.connect("sender", "d1");
                RawClient stalled = gateway.connect("stalled", "d1")) {
            for (int i = 0; gateway.metric("mics_outbound_queued_bytes") < 3 * BODY.length(); i++) {
                sender.sendAcked("stalled", "m" + i, BODY);
            }
            Await.until(
                    "the stalled receiver is closed",
                    () -> gateway.metric("mics_ws_disconnected_total", "code=\"4430\"") == 1);
            assertThat(stalled).isNotNull();
        }
    }

    @Test
    void dropsTheOldestAndNotifiesAJsonClientHowMany() throws Exception {
        try (TestGateway gateway = gateway("drop-oldest");
                RawClient sender = RawClient.connect(gateway.port(), "t1", "sender", "d1");
                RawClient slow = RawClient.upgraded(
                        gateway.port(), RawClient.query("t1", "valid:slow", "d1") + "&protocol=json")) {
            assertThat(slow.read().text()).contains("\"connected\"");
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(sender.sendAcked("slow", "m" + i, BODY).getStatus()).isEqualTo(AckStatus.SENT);
            }
            long dropped = 0;
            long next = 0;
            while (next < MESSAGES) {
                String frame = slow.read().text();
                if (frame.startsWith("{\"type\":\"gap\"")) {
                    long gap = Long.parseLong(frame.replaceAll("\\D", ""));
                    dropped += gap;
                    next += gap;
                } else {
                    assertThat(frame).contains("\"messageId\":\"m" + next + "\"");
                    next++;
                }
            }
            assertThat(dropped).isPositive();
            assertThat(next).isEqualTo(MESSAGES);
            assertThat(gateway.metric("mics_outbound_dropped_total", "tenant=\"t1\""))
                    .isEqualTo((double) dropped);
        }
    }

    @Test
    void keepsForLaterWhatALostSocketDidNotTake() throws Exception {
        try (TestGateway gateway = TestGateway.playground();
                RawClient sender = gateway.connect("sender", "d1")) {
            RawClient stalled = gateway.connect("stalled", "d1");
            int sent = 0;
            while (gateway.metric("mics_outbound_queued_bytes") < 3 * BODY.length()) {
                sender.sendAcked("stalled", "m" + sent++, BODY);
            }
            stalled.vanish();
            Await.until("what was queued is buffered", () -> gateway.metric("mics_offline_buffered_total") > 0);
            try (RawClient back = gateway.connect("stalled", "d1")) {
                // what the lost socket had taken is not known; from there on each one comes, in order
                int next = Integer.parseInt(back.readDelivery().getMsgId().substring(1)) + 1;
                for (; next < sent; next++) {
                    assertThat(back.readDelivery().getMsgId()).isEqualTo("m" + next);
                }
            }
        }
    }
}
