package io.mics.hook.webhook;

import static io.mics.hook.point.Samples.CONTEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.Target;
import io.mics.hook.policy.Target.Webhook.Signature;
import io.mics.httpclient.HttpClient;
import io.mics.sdk.plugin.HookContext;
import io.mics.testing.HandWrittenHttp;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a webhook is sent, byte for byte. */
@Timeout(60)
class WebhookWireTest {
    private final Queue<Captured> requests = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    /** A request as it came. */
    private record Captured(String uri, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "none");
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            requests.add(new Captured(exchange.getRequestURI().toString(), headers, body));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void metadataSaysWhichHookIsCalled() throws Exception {
        call(webhook(List.of(), Signature.TIMESTAMPED), CONTEXT);
        assertThat(requests.remove().body())
                .matches(body -> metadata(body)
                        .equals(Map.of("hook", "sample", "version", "1.0.0", "hook_type", "recall", "attempt", "3")));
    }

    @Test
    void theNamesThatServersOfTheOriginalAdapterReadAreThereToo() throws Exception {
        try (HttpClient http = HttpClient.ofDefaults();
                HookClient hook = new WebhookClients(http, () -> Egress.DEFAULT)
                        .open(Samples.definition(HookPoint.PRE_SEND, webhook(List.of(), Signature.BODY)))) {
            assertThat(hook.call(CONTEXT, new PreSendRequest(Samples.DRAFT), Deadline.after(Duration.ofSeconds(20))))
                    .isInstanceOf(HookResponse.Failed.class);
        }
        JsonObject body = json(requests.remove().body());
        assertThat(body.getString("hook_type")).isEqualTo("pre_send");
        assertThat(body.getJsonNumber("timestamp").longValue())
                .isCloseTo(System.currentTimeMillis() / 1_000, Offset.offset(60L));
        JsonObject context = body.getJsonObject("context");
        assertThat(context.getString("conversation_id")).isEqualTo("single:u1:u2");
        assertThat(context.getString("conversation_type")).isEqualTo("single");
        assertThat(context.getString("session_id")).isEqualTo("single:u1:u2");
    }

    @Test
    void fixedHeadersASecretInClearAndMetadataGoWithEveryCall() throws Exception {
        Target.Webhook.Extras extras = new Target.Webhook.Extras(
                Map.of("X-Service", "mics"),
                "x-flare-signature",
                Target.Webhook.MissingAllow.FAILURE,
                Map.of("risk_level", "strict", "hook", "not this"));
        call(
                new Target.Webhook(
                        URI.create(base() + "/hook"), List.of("clear", "old"), Signature.TIMESTAMPED, "", extras),
                CONTEXT);
        Captured request = requests.remove();
        assertThat(request.header("X-Service")).isEqualTo("mics");
        assertThat(request.header("X-Flare-Signature")).isEqualTo("clear");
        assertThat(request.header("X-Hook-Signature")).startsWith("sha256=");
        assertThat(metadata(request.body()))
                .containsEntry("risk_level", "strict")
                .containsEntry("hook", "sample");
    }

    /** The server takes the second request on a reused connection and closes it without an answer. */
    @ParameterizedTest
    @EnumSource
    void onlyAnAtLeastOnceHookIsCalledAgainWhenNobodyKnowsWhetherItWas(Guarantee guarantee) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (HandWrittenHttp raw = HandWrittenHttp.start(connection -> {
                    connection.expect();
                    calls.incrementAndGet();
                    connection.send("HTTP/1.1 204 No Content\r\n\r\n");
                    connection.expect();
                    calls.incrementAndGet();
                });
                HttpClient http = HttpClient.ofDefaults();
                HookClient hook = new WebhookClients(http, () -> Egress.DEFAULT)
                        .open(Samples.definition(
                                HookPoint.DELIVERY,
                                new Target.Webhook(URI.create(raw.url() + "/"), List.of(), Signature.BODY, ""),
                                guarantee))) {
            for (int i = 0; i < 2; i++) {
                HookResponse<?> unused = hook.call(
                        CONTEXT, new DeliveryRequest(Samples.DELIVERY), Deadline.after(Duration.ofSeconds(20)));
            }
            assertThat(calls).hasValue(guarantee == Guarantee.AT_LEAST_ONCE ? 3 : 2);
        }
    }

    private static Map<String, String> metadata(String body) {
        Map<String, String> all = new HashMap<>();
        JsonObject metadata = json(body).getJsonObject("metadata");
        metadata.keySet().forEach(key -> all.put(key, metadata.getString(key)));
        return all;
    }

    private static JsonObject json(String body) {
        try (JsonReader reader = Json.createReader(new StringReader(body))) {
            return reader.readObject();
        }
    }

    @Test
    void withoutASecretNothingIsSigned() throws Exception {
        call(webhook(List.of(), Signature.TIMESTAMPED), CONTEXT);
        assertThat(requests.remove().header("X-Hook-Signature")).isEqualTo("none");
    }

    @Test
    void everySecretSignsTimeAndBody() throws Exception {
        call(webhook(List.of("new", "old"), Signature.TIMESTAMPED), CONTEXT);
        Captured request = requests.remove();
        String time = request.header("X-Hook-Timestamp");
        assertThat(Long.parseLong(time)).isCloseTo(System.currentTimeMillis() / 1_000, Offset.offset(60L));
        assertThat(request.header("X-Hook-Signature"))
                .isEqualTo("sha256=" + hmac("new", time + "." + request.body()) + ",sha256="
                        + hmac("old", time + "." + request.body()));
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void theOlderFormSignsTheBodyAlone() throws Exception {
        call(webhook(List.of("only"), Signature.BODY), CONTEXT);
        Captured request = requests.remove();
        assertThat(request.header("X-Hook-Signature")).isEqualTo("sha256=" + hmac("only", request.body()));
    }

    @Test
    void theUrlIsCalledAsItIsWritten() throws Exception {
        String rest = "/a%2Fb/%5B?key=x%26y&z=%C3%A9&a";
        call(new Target.Webhook(URI.create(base() + rest), List.of(), Signature.BODY, ""), CONTEXT);
        assertThat(requests.remove().uri()).isEqualTo(rest);
        call(new Target.Webhook(URI.create(base()), List.of(), Signature.BODY, ""), CONTEXT);
        assertThat(requests.remove().uri()).isEqualTo("/");
    }

    @Test
    void aHostThatCannotBeReadIsNotTakenForThisOne() throws Exception {
        for (String host : List.of("my_hook", "a..b")) {
            URI url = URI.create(base().replace("127.0.0.1", host));
            assertThat(call(new Target.Webhook(url, List.of(), Signature.BODY, ""), CONTEXT))
                    .isEqualTo(new HookResponse.Failed<>(
                            HookResponse.Kind.FORBIDDEN,
                            url + " was not called: it is no URL of http or https with a host name"));
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void nothingInAKeyEndsAHeader() throws Exception {
        HookContext evil = new HookContext(
                "t1",
                "",
                "group:g",
                "group",
                "text",
                "u1",
                "",
                Samples.TRACE,
                "a\r\nX-Evil: 1",
                1,
                Samples.AT,
                Map.of(),
                Map.of());
        call(webhook(List.of(), Signature.BODY), evil);
        Captured request = requests.remove();
        assertThat(request.header("X-Hook-Id")).isEqualTo("a__X-Evil:_1");
        assertThat(request.header("X-Evil")).isEqualTo("none");
    }

    private HookResponse<Acknowledged> call(Target.Webhook target, HookContext context) throws InterruptedException {
        try (HttpClient http = HttpClient.ofDefaults();
                HookClient hook = new WebhookClients(http, () -> Egress.DEFAULT)
                        .open(Samples.definition(HookPoint.RECALL, target))) {
            return hook.call(context, new RecallRequest.Notify(Samples.RECALL), Deadline.after(Duration.ofSeconds(20)));
        }
    }

    private Target.Webhook webhook(List<String> secrets, Signature signature) {
        return new Target.Webhook(URI.create(base() + "/hook"), secrets, signature, "");
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String hmac(String secret, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    }
}
