package io.mics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.SpanCollector;
import io.mics.testing.node.TestGateway;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hooks as their authors and operators meet them: a file, a server of their own, a whole gateway. */
@Timeout(180)
@Tag("engine")
class HooksOnNodeTest {
    private static final String SECRET = "hook-secret";

    private final BlockingQueue<MessageRecord> notified = new LinkedBlockingQueue<>();
    private final AtomicBoolean answering = new AtomicBoolean(true);
    private WebhookReceiver receiver;
    private TestGateway gateway;
    private RawClient u1;
    private RawClient u2;

    @BeforeEach
    void start() throws IOException {
        receiver = WebhookReceiver.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .secrets(SECRET)
                .preSend((context, draft) -> {
                    if (!answering.get()) {
                        throw new IllegalStateException("out of order");
                    }
                    String text = new String(draft.payload(), UTF_8);
                    return text.contains("forbidden")
                            ? new HookResult.Stop(4711, "not this word")
                            : new HookResult.Continue(draft);
                })
                .postSend((context, message) -> {
                    notified.add(message);
                    return Map.of();
                })
                .start();
        gateway = TestGateway.playground();
        u1 = gateway.connect("u1", "d1");
        u2 = gateway.connect("u2", "d1");
    }

    @AfterEach
    void stop() throws IOException {
        u1.close();
        u2.close();
        gateway.close();
        receiver.close();
    }

    private String webhook(String name, String more) {
        return "  - {name: " + name + ", transport: {type: webhook, url: \"http://127.0.0.1:" + receiver.port()
                + "/hook\", secrets: [" + SECRET + "]}" + more + "}\n";
    }

    private void effective(String hooks, String text) throws IOException {
        gateway.rewriteHooks(hooks);
        Await.until("hooks are effective", () -> hooks().contains(text));
    }

    private String hooks() {
        return body("/internal/hooks/playground");
    }

    private String body(String path) {
        try {
            return gateway.get(path).body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aWebhookStopsAMessageWithItsOwnCodeAndText() throws IOException {
        effective("hooks:\n pre-send:\n" + webhook("words", ""), "\"words\"");
        MessageAck stopped = u1.sendAcked("u2", "m1", "a forbidden word");
        assertThat(stopped.getStatus()).isEqualTo(AckStatus.FAILED);
        assertThat(stopped.getReason()).isEqualTo("not this word");
        assertThat(stopped.getCode()).isEqualTo(4711);
        assertThat(u1.sendAcked("u2", "m2", "a word").getStatus()).isEqualTo(AckStatus.SENT);
        assertThat(u2.readDelivery().getMsgId()).isEqualTo("m2");
        assertThat(gateway.metric("hook_executions_total", "hook=\"words\"", "result=\"stop\""))
                .isEqualTo(1);
        assertThat(hooks()).contains("HEALTHY");
    }

    @Test
    void aResendOfAnAcceptedMessageMeetsNoHookAgainAndOneOfAStoppedMessageDoes() throws IOException {
        effective("hooks:\n pre-send:\n" + webhook("words", ""), "\"words\"");
        for (int i = 0; i < 3; i++) {
            assertThat(u1.sendAcked("u2", "m1", "a word").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(u1.sendAcked("u2", "m2", "a forbidden word").getCode()).isEqualTo(4711);
        }
        assertThat(gateway.metric("hook_executions_total", "result=\"allow\"")).isEqualTo(1);
        assertThat(gateway.metric("hook_executions_total", "result=\"stop\"")).isEqualTo(3);
    }

    @Test
    void whatBecameOfAMessageCanBeAsked() throws IOException {
        effective("hooks:\n pre-send:\n" + webhook("words", ""), "\"words\"");
        u1.sendAcked("u2", "m1", "a forbidden word");
        u1.sendAcked("u2", "m2", "a word");
        assertThat(body("/internal/messages/m1/explain?tenant=playground"))
                .contains("hook pre-send", "words@1.0.0", "stop in ")
                .doesNotContain("a forbidden word");
        assertThat(body("/internal/messages/m2/explain?tenant=playground")).contains("allow in ", "u2");
        assertThat(gateway.get("/internal/messages/m2/explain?tenant=nobody").statusCode())
                .isEqualTo(400);
        u1.sendAcked("u2", "a/../b%2F;ü ..", "a word");
        String encoded = "a%2F..%2Fb%252F%3B%C3%BC%20..";
        assertThat(body("/internal/messages/" + encoded + "/explain?tenant=playground"))
                .contains("\"msgId\":\"a/../b%2F;ü ..\"", "allow in ");
    }

    @Test
    void ofAnUnknownMessageItSaysWhyItMayBeUnknown() throws IOException {
        for (String id : List.of("unheard-of", "%2E%2E", "a%2Fb")) {
            var answer = gateway.get("/internal/messages/" + id + "/explain?tenant=playground");
            assertThat(answer.statusCode()).as(id).isEqualTo(404);
            assertThat(answer.body()).contains("another node", "hooks.explain-entries");
        }
        for (String other : List.of("m1", "m1/explained", "m1/explain/", "a/b/explain", "%ff/explain")) {
            assertThat(gateway.get("/internal/messages/" + other + "?tenant=playground")
                            .statusCode())
                    .as(other)
                    .isBetween(400, 404);
        }
    }

    @Test
    void aMessageAndItsHooksAreOneTraceTheClientKnows() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        try (SpanCollector collector = new SpanCollector()) {
            try (TestGateway traced =
                    TestGateway.start("", "tracing: {endpoint: \"" + collector.endpoint() + "\"}\n")) {
                traced.rewriteHooks("hooks:\n pre-send:\n" + webhook("words", ""));
                Await.until("hooks are effective", () -> traced.metric("mics_hook_reloads_total", "ok") > 0);
                try (RawClient client = RawClient.upgraded(
                        traced.port(),
                        RawClient.query(TestGateway.TENANT, "valid:u1", "d1"),
                        "traceparent: 00-" + trace + "-b7ad6b7169203331-01")) {
                    client.readProtobuf();
                    assertThat(client.sendAcked("u2", "m1", "hello").getStatus())
                            .isEqualTo(AckStatus.SENT);
                }
            }
            assertThat(collector.spans()).extracting(Span::getName).containsExactly("hook pre-send words", "message");
            assertThat(collector.spans())
                    .extracting(
                            span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                    .containsOnly(trace);
        }
    }

    @Test
    void aPostSendHookIsNotifiedOfWhatWasDelivered() throws Exception {
        effective("hooks:\n post-send:\n" + webhook("crm", ""), "\"crm\"");
        assertThat(u1.sendAcked("u2", "m1", "hello").getStatus()).isEqualTo(AckStatus.SENT);
        MessageRecord message = notified.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        assertThat(message.clientMessageId()).isEqualTo("m1");
        assertThat(message.sender()).isEqualTo("u1");
    }

    @Test
    void whereNoPostSendHookIsConfiguredTheAuditHasEveryMessageAllTheSame(@TempDir Path dir) throws Exception {
        Path audit = dir.resolve("audit.jsonl");
        try (TestGateway audited = TestGateway.start("", "hooks: {audit-log: \"" + audit + "\"}\n");
                RawClient client = audited.connect("u1", "d1")) {
            assertThat(client.sendAcked("u2", "m1", "hello").getStatus()).isEqualTo(AckStatus.SENT);
        }
        assertThat(Files.readAllLines(audit))
                .singleElement()
                .asString()
                .contains("m1", "post-send", "\"hook\":\"log\"");
    }

    @Test
    void aSickHookIsSaidToBeOneAndLetsMessagesPassUnlessItMustNot() throws IOException {
        effective("hooks:\n pre-send:\n" + webhook("words", ""), "\"words\"");
        answering.set(false);
        assertThat(u1.sendAcked("u2", "m1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
        assertThat(hooks()).contains("DEGRADED", "500 from http://127.0.0.1:" + receiver.port() + "/hook");
        effective("hooks:\n pre-send:\n" + webhook("words", ", on-failure: deny"), "\"deny\"");
        MessageAck denied = u1.sendAcked("u2", "m2", "hi");
        assertThat(denied.getStatus()).isEqualTo(AckStatus.FAILED);
        assertThat(u1.sendAcked("u2", "m3", "hi").getStatus()).isEqualTo(AckStatus.FAILED);
        assertThat(gateway.metric("hook_circuit_state", "hook=\"words\"")).isZero();
    }

    @Test
    void aFileWithAProblemChangesNothingAndSaysSo() throws IOException {
        effective("hooks:\n pre-send:\n" + webhook("words", ""), "\"words\"");
        gateway.rewriteHooks("hooks:\n pre-send:\n" + webhook("words", ", tiemout: 5s"));
        Await.until("the problem is reported", () -> body("/readyz").contains("tiemout"));
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(body("/readyz")).contains("timeout");
        assertThat(u1.sendAcked("u2", "m1", "forbidden").getCode()).isEqualTo(4711);
    }

    @Test
    void aHundredReloadsUnderLoadFailNoMessage() throws Exception {
        effective("hooks:\n pre-send:\n" + webhook("words-0", ""), "words-0");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        BlockingQueue<String> failed = new LinkedBlockingQueue<>();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                while (!enough.get()) {
                    boolean there = sent.get() % 2 == 0; // in turns, or the heartbeat of the one that only reads ends
                    MessageAck ack =
                            (there ? u1 : u2).sendAcked(there ? "u2" : "u1", "m" + sent.incrementAndGet(), "hello");
                    if (ack.getStatus() != AckStatus.SENT) {
                        failed.add(ack.getReason());
                    }
                    (there ? u2 : u1).readDelivery();
                }
            } catch (IOException e) {
                failed.add(e.toString());
            }
        });
        for (int i = 1; i <= 100; i++) {
            int sentBefore = sent.get();
            effective("hooks:\n pre-send:\n" + webhook("words-" + i, ", timeout: " + (1_000 + i) + "ms"), "words-" + i);
            Await.until("messages flow", () -> sent.get() > sentBefore || !failed.isEmpty());
        }
        enough.set(true);
        sender.join();
        assertThat(failed).isEmpty();
        assertThat(gateway.metric("hook_executions_total", "result=\"allow\"")).isEqualTo(sent.get());
        assertThat(List.of(gateway.metric("mics_hook_reloads_total", "failed"))).containsExactly(0.0);
    }
}
