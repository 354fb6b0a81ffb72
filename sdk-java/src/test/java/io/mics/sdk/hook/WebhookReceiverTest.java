package io.mics.sdk.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LogoutEvent;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.plugin.RecallHook;
import io.mics.sdk.sign.WebhookSigner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class WebhookReceiverTest {
    private static final long NOW = 1_700_000_000;
    private static final String PRE_SEND = """
        {"context":{"tenant_id":"t1","session_id":"single:u1:u2","session_type":"single","message_type":"text",
         "sender_id":"u1","trace_id":"abc","tags":{"seen":"1"},"tenant":{"business_type":"shop"},
         "attributes":{"device_id":"d1","feature_version":"2"}},
         "draft":{"message_id":"m1","client_message_id":"c1","conversation_id":"single:u1:u2",
         "payload":"aGk=","headers":{"h":"1"},"metadata":{}},
         "metadata":{"hook":"words","hook_type":"pre-send"},"later":[1,{"x":null}]}\
        """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ConcurrentLinkedQueue<String> notified = new ConcurrentLinkedQueue<>();

    private WebhookReceiver.Builder receiver() {
        return WebhookReceiver.builder()
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .clock(Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC))
                .preSend((context, draft) -> {
                    notified.add(context.tenant() + " " + context.businessType() + " " + context.device() + " "
                            + context.idempotencyKey() + " " + context.attempt() + " " + context.tags());
                    return new HookResult.Continue(draft);
                });
    }

    private HttpResponse<String> post(WebhookReceiver to, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + "/any"))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body));
        return http.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> signed(WebhookReceiver to, String secret, String timestamp) throws Exception {
        String sign = new WebhookSigner(List.of(secret)).sign(timestamp, PRE_SEND.getBytes(StandardCharsets.UTF_8));
        return post(to, PRE_SEND, "X-Hook-Signature", sign, "X-Hook-Timestamp", timestamp);
    }

    @Test
    void passesToAHookWhatTheGatewaySays() throws Exception {
        try (WebhookReceiver receiver = receiver().start()) {
            HttpResponse<String> answer = post(receiver, PRE_SEND, "X-Hook-Id", "key", "X-Hook-Attempt", "3");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.body()).isEqualTo("{\"allow\":true}");
            assertThat(notified).containsExactly("t1 shop d1 key 3 {seen=1}");
        }
    }

    @Test
    void saysAStopWithCodeAndText() throws Exception {
        try (WebhookReceiver receiver = receiver()
                .preSend((context, draft) -> new HookResult.Stop(7, "no \"such\" word"))
                .start()) {
            assertThat(JsonText.object(post(receiver, PRE_SEND).body()))
                    .isEqualTo(Map.of("allow", false, "status", Map.of("code", 7.0, "message", "no \"such\" word")));
        }
    }

    @Test
    void saysADraftOnlyWhereItWasChanged() throws Exception {
        try (WebhookReceiver receiver = receiver()
                .preSend((context, draft) -> new HookResult.Continue(
                        draft.withPayload("HI".getBytes(StandardCharsets.UTF_8)), Map.of("tag", "x")))
                .start()) {
            assertThat(JsonText.object(post(receiver, PRE_SEND).body()))
                    .isEqualTo(Map.of(
                            "allow",
                            true,
                            "draft",
                            Map.of("payload", "SEk=", "headers", Map.of("h", "1"), "metadata", Map.of()),
                            "tags",
                            Map.of("tag", "x")));
        }
    }

    @Test
    void asksAndNotifiesAboutConnections() throws Exception {
        String event = "{\"context\":{\"tenant_id\":\"t1\"},\"event\":{\"address\":\"192.0.2.7\",\"user_id\":\"u1\","
                + "\"device_id\":\"d1\",\"close_code\":4409,\"timestamp\":\"2026-11-21T10:00:00Z\"},"
                + "\"metadata\":{\"hook_type\":\"%s\"}}";
        List<Object> events = new CopyOnWriteArrayList<>();
        try (WebhookReceiver receiver = receiver()
                .entry((context, entry) -> {
                    events.add(entry);
                    return new Admission.Allow();
                })
                .login((context, login) -> {
                    events.add(login);
                    return new Admission.Deny("not " + login.userId());
                })
                .heartbeat((context, heartbeat) -> events.add(heartbeat))
                .logout((context, logout) -> events.add(logout))
                .start()) {
            assertThat(post(receiver, event.formatted("entry")).body()).isEqualTo("{\"allow\":true}");
            assertThat(JsonText.object(post(receiver, event.formatted("login")).body()))
                    .isEqualTo(Map.of("allow", false, "status", Map.of("message", "not u1")));
            assertThat(post(receiver, event.formatted("heartbeat")).statusCode())
                    .isEqualTo(200);
            assertThat(post(receiver, event.formatted("logout")).statusCode()).isEqualTo(200);
            assertThat(events)
                    .containsExactly(
                            new EntryEvent("192.0.2.7", "d1"),
                            new LoginEvent("192.0.2.7", "u1", "d1"),
                            new HeartbeatEvent("u1", "d1", Instant.parse("2026-11-21T10:00:00Z")),
                            new LogoutEvent("u1", "d1", 4409, Instant.parse("2026-11-21T10:00:00Z")));
        }
    }

    @Test
    void takesEitherOfTwoSecretsAndNoOther() throws Exception {
        try (WebhookReceiver receiver = receiver().secrets("old", "new").start()) {
            assertThat(signed(receiver, "old", String.valueOf(NOW)).statusCode())
                    .isEqualTo(200);
            assertThat(signed(receiver, "new", String.valueOf(NOW)).statusCode())
                    .isEqualTo(200);
            assertThat(signed(receiver, "new", NOW + "000").statusCode())
                    .as("milliseconds, too")
                    .isEqualTo(200);
            assertThat(signed(receiver, "guessed", String.valueOf(NOW)).body()).isEqualTo("bad signature\n");
            assertThat(post(receiver, PRE_SEND).body()).isEqualTo("missing signature\n");
            assertThat(notified).hasSize(3);
        }
    }

    @Test
    void refusesACallOfAnotherTime() throws Exception {
        try (WebhookReceiver receiver = receiver()
                .secrets("secret")
                .timestampWindow(Duration.ofSeconds(60))
                .start()) {
            assertThat(signed(receiver, "secret", String.valueOf(NOW - 60)).statusCode())
                    .isEqualTo(200);
            for (String time : List.of(String.valueOf(NOW - 61), String.valueOf(NOW + 61))) {
                HttpResponse<String> answer = signed(receiver, "secret", time);
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.body()).isEqualTo("stale timestamp\n");
            }
            assertThat(signed(receiver, "secret", "yesterday").body()).isEqualTo("bad timestamp\n");
            String sign = new WebhookSigner(List.of("secret")).sign("", PRE_SEND.getBytes(StandardCharsets.UTF_8));
            assertThat(post(receiver, PRE_SEND, "X-Hook-Signature", sign).body())
                    .isEqualTo("missing timestamp\n");
            assertThat(notified).hasSize(1);
        }
    }

    @Test
    void takesTheOlderSignatureOnlyWhereAskedTo() throws Exception {
        String sign = new WebhookSigner(List.of("secret")).sign(PRE_SEND.getBytes(StandardCharsets.UTF_8));
        try (WebhookReceiver older =
                        receiver().secrets("secret").signedBodyAlone().start();
                WebhookReceiver newer = receiver().secrets("secret").start()) {
            String[] headers = {"X-Hook-Signature", sign, "X-Hook-Timestamp", String.valueOf(NOW)};
            assertThat(post(older, PRE_SEND, headers).statusCode()).isEqualTo(200);
            assertThat(post(newer, PRE_SEND, headers).statusCode()).isEqualTo(401);
            assertThat(signed(older, "secret", String.valueOf(NOW)).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void servesEveryPoint() throws Exception {
        RecallHook undo = new RecallHook() {
            @Override
            public boolean permits(HookContext context, RecallEvent recall) {
                return recall.operatorId().equals("u1");
            }

            @Override
            public void handle(HookContext context, RecallEvent recall) {
                notified.add("recalled " + recall.messageId() + " " + recall.metadata());
            }
        };
        String recall = """
            {"context":{"attributes":{"phase":"%s"}},"metadata":{"hook_type":"recall"},
             "event":{"message_id":"m1","operator_id":"u1","recalled_at":"2026-01-01T00:00:00Z",
             "metadata":{"case":"7"}}}\
            """;
        try (WebhookReceiver receiver = receiver()
                .postSend((context, message) -> Map.of("sent", message.persistedAt() + " " + message.payload().length))
                .delivery((context, event) -> notified.add(event.userId() + " got it by " + event.ackType()))
                .recall(undo)
                .start()) {
            String postSend = """
                {"record":{"persisted_at":"2026-01-01T00:00:00Z"},"draft":{"payload":"aGk="},
                 "metadata":{"hook_type":"post-send"}}\
                """;
            assertThat(post(receiver, postSend).body()).contains("\"details\":{\"sent\":\"2026-01-01T00:00:00Z 2\"}");
            String delivery = """
                {"event":{"user_id":"u2","channel":"push"},"metadata":{"hook_type":"delivery"}}\
                """;
            assertThat(post(receiver, delivery).body()).isEqualTo("{\"success\":true}");
            assertThat(post(receiver, recall.formatted("check")).body()).isEqualTo("{\"allow\":true}");
            assertThat(post(receiver, recall.formatted("notify")).body()).isEqualTo("{\"success\":true}");
            assertThat(notified).containsExactly("u2 got it by push", "recalled m1 {case=7}");
        }
    }

    @Test
    void refusesWhatItCannotTakeWithoutAskingAHook() throws Exception {
        try (WebhookReceiver receiver = receiver().maxBodyBytes(2_000).start()) {
            assertThat(post(receiver, "{").statusCode()).isEqualTo(400);
            assertThat(post(receiver, "{}").body()).isEqualTo("metadata.hook_type names no point\n");
            assertThat(post(receiver, PRE_SEND.replace("aGk=", "!")).body()).isEqualTo("payload is not Base64\n");
            assertThat(post(receiver, PRE_SEND.replace("\"u1\"", "1")).body()).isEqualTo("sender_id is no string\n");
            assertThat(post(receiver, PRE_SEND.replace("pre-send", "delivery")).body())
                    .isEqualTo("no delivery hook here\n");
            assertThat(post(receiver, "x".repeat(2_001)).statusCode()).isEqualTo(413);
            assertThat(notified).isEmpty();
        }
    }

    @Test
    void answers500WithoutWordsWhenTheHookThrows() throws Exception {
        try (WebhookReceiver receiver = receiver()
                .preSend((context, draft) -> {
                    throw new IllegalStateException("secret of the house");
                })
                .start()) {
            HttpResponse<String> answer = post(receiver, PRE_SEND);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("hook failed\n");
        }
    }

    @Test
    void anEmptySecretIsAMistakeAndNotAnOpenDoor() {
        assertThatThrownBy(() -> WebhookReceiver.builder().secrets("")).isInstanceOf(IllegalArgumentException.class);
    }
}
