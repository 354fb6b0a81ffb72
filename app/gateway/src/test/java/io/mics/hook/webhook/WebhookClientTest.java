package io.mics.hook.webhook;

import static io.mics.hook.point.Samples.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.EntryRequest;
import io.mics.hook.point.FakeHookServer;
import io.mics.hook.point.HeartbeatRequest;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookClientContract;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.LoginRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.hook.policy.Target.Webhook.Signature;
import io.mics.httpclient.HttpClient;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.testing.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class WebhookClientTest extends HookClientContract {
    private static final String NOTHING = "HTTP/1.1 204 No Content\r\n\r\n";

    private final AtomicReference<Egress> egress = new AtomicReference<>(Egress.DEFAULT);
    private final HttpClient http = HttpClient.ofDefaults();
    private final WebhookClients clients = new WebhookClients(http, egress::get);

    @AfterEach
    void closeConnections() {
        http.close();
    }

    @Override
    protected FakeHookServer server() throws IOException {
        try {
            return new JsonHookServer(Optional.empty());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Override
    protected FakeHookServer server(Certificates.Identity identity) throws Exception {
        return new JsonHookServer(Optional.of(identity));
    }

    @Override
    protected Target target(String scheme, int port, String caPath) {
        return new Target.Webhook(
                URI.create(scheme + "://127.0.0.1:" + port + "/hook"), List.of(), Signature.TIMESTAMPED, caPath);
    }

    @Override
    protected HookClient open(Target target) {
        return clients.open(Samples.definition(HookPoint.PRE_SEND, target));
    }

    @Test
    void aConnectionIsAdmittedOrDeniedWithAText() throws Exception {
        answer(Map.of("allow", true));
        assertThat(client.call(CONTEXT, new EntryRequest(new EntryEvent("192.0.2.7", "d1")), ample()))
                .isEqualTo(new HookResponse.Answered<>(new Admission.Allow()));
        FakeHookServer.Call call = calls().remove();
        assertThat(call.point()).isEqualTo("entry");
        assertThat(call.at("context.tenant_id")).isEqualTo("t1");
        assertThat(call.at("event")).isEqualTo(Map.of("address", "192.0.2.7", "tenant_id", "t1", "device_id", "d1"));
        answer(Map.of("allow", false, "status", Map.of("code", 7, "message", "pas d'ici")));
        LoginEvent login = new LoginEvent("192.0.2.7", "u1", "d1");
        assertThat(client.call(CONTEXT, new LoginRequest(login), ample()))
                .isEqualTo(new HookResponse.Answered<>(new Admission.Deny("pas d'ici")));
        call = calls().remove();
        assertThat(call.point()).isEqualTo("login");
        assertThat(call.at("event"))
                .isEqualTo(Map.of("address", "192.0.2.7", "tenant_id", "t1", "user_id", "u1", "device_id", "d1"));
        answer(Map.of("allow", false));
        assertThat(client.call(CONTEXT, new LoginRequest(login), ample()))
                .isEqualTo(new HookResponse.Answered<>(new Admission.Deny("")));
        answer(Map.of("status", Map.of("message", "?")));
        assertFailed(
                client.call(CONTEXT, new LoginRequest(login), ample()),
                HookResponse.Kind.UNDECODABLE,
                "answered without \"allow\"");
        server.answer(broken -> {
            throw new IOException("broken");
        });
        assertFailed(client.call(CONTEXT, new LoginRequest(login), ample()), HookResponse.Kind.ERROR, "500");
    }

    @Test
    void anAnswerWithoutAllowMeansWhatTheConfigurationSays() throws Exception {
        answer(Map.of("status", Map.of("message", "busy")));
        for (Target.Webhook.MissingAllow meaning : Target.Webhook.MissingAllow.values()) {
            Target.Webhook.Extras extras = new Target.Webhook.Extras(Map.of(), "", meaning, Map.of());
            URI url = URI.create("http://127.0.0.1:" + server.port() + "/hook");
            try (HookClient hook = open(new Target.Webhook(url, List.of(), Signature.BODY, "", extras))) {
                HookResponse<HookResult> response = hook.call(CONTEXT, new PreSendRequest(Samples.DRAFT), ample());
                switch (meaning) {
                    case ALLOW -> assertThat(answered(response)).isInstanceOf(HookResult.Continue.class);
                    case DENY -> assertThat(answered(response)).isEqualTo(new HookResult.Stop(0, "busy"));
                    case FAILURE -> assertFailed(response, HookResponse.Kind.UNDECODABLE, "answered without \"allow\"");
                }
            }
        }
    }

    @Test
    void aHeartbeatIsTakenWithAnyStatusOfSuccess() throws Exception {
        HeartbeatEvent heartbeat = new HeartbeatEvent("u1", "d1", Samples.AT);
        answer(Map.of("allow", false));
        assertThat(client.call(CONTEXT, new HeartbeatRequest(heartbeat), ample()))
                .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        FakeHookServer.Call call = calls().remove();
        assertThat(call.point()).isEqualTo("heartbeat");
        assertThat(call.at("event"))
                .isEqualTo(Map.of(
                        "tenant_id", "t1", "user_id", "u1", "device_id", "d1", "timestamp", Samples.AT.toString()));
        try (RawServer nothing = RawServer.saying(NOTHING);
                HookClient hook = open(nothing)) {
            assertThat(hook.call(CONTEXT, new HeartbeatRequest(heartbeat), ample()))
                    .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        }
    }

    @Test
    void aRedirectToAPrivateAddressIsNotFollowed() throws Exception {
        try (RawServer inside = RawServer.saying(NOTHING);
                RawServer outside =
                        RawServer.saying("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + inside.url() + "\r\n\r\n")) {
            assertFailed(
                    preSend(outside), HookResponse.Kind.REFUSED, "307 from " + outside.url() + ": redirects are not");
            try (HookClient hook = open(outside)) {
                assertFailed(
                        hook.call(CONTEXT, new DeliveryRequest(Samples.DELIVERY), ample()),
                        HookResponse.Kind.REFUSED,
                        "307");
                assertFailed(hook.probe(ample()), HookResponse.Kind.REFUSED, "redirects are not followed");
            }
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void aPageForPeopleIsNotAVerdict() throws Exception {
        String page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<h1>Hi!</h1>\n";
        try (RawServer login = RawServer.saying(page)) {
            assertFailed(preSend(login), HookResponse.Kind.UNDECODABLE, login.url() + " answered text/html, not JSON");
            try (HookClient hook = open(login)) {
                assertFailed(
                        hook.call(CONTEXT, new RecallRequest.Check(Samples.RECALL), ample()),
                        HookResponse.Kind.UNDECODABLE,
                        "text/html");
                assertThat(hook.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()))
                        .isEqualTo(new HookResponse.Answered<>(Map.of()));
            }
        }
    }

    @Test
    void anAnswerThatNeverEndsIsBoundedBySize() throws Exception {
        try (RawServer endless = new RawServer((line, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            while (true) {
                out.write(bytes("1000\r\n" + "x".repeat(4_096) + "\r\n"));
            }
        })) {
            assertFailed(
                    preSend(endless), HookResponse.Kind.UNDECODABLE, "answer over 1048576 bytes from " + endless.url());
        }
    }

    @Test
    void anAnswerThatDripsIsBoundedByTime() throws Exception {
        try (RawServer dripping = new RawServer((line, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
            while (true) {
                out.write(bytes("1\r\n{\r\n"));
                Thread.sleep(20);
            }
        })) {
            try (HookClient hook = open(dripping)) {
                var soon = Deadline.after(Duration.ofMillis(200));
                assertFailed(
                        hook.call(CONTEXT, new PreSendRequest(Samples.DRAFT), soon),
                        HookResponse.Kind.TIMEOUT,
                        dripping.url());
                soon = Deadline.after(Duration.ofMillis(200));
                assertThat(hook.call(CONTEXT, new DeliveryRequest(Samples.DELIVERY), soon))
                        .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
            }
        }
    }

    @Test
    void anAnnouncedAnswerThatIsTooLargeIsNotRead() throws Exception {
        try (RawServer large = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n")) {
            assertFailed(preSend(large), HookResponse.Kind.UNDECODABLE, "answer over 1048576 bytes");
        }
    }

    @Test
    void nonsenseIsNotAVerdict() throws Exception {
        for (String body : new String[] {
            "",
            "SECRET",
            "[]",
            "{}",
            "{\"allow\":\"yes\"}",
            "{\"allow\":true,\"draft\":{\"payload\":\"***\"}}",
            "{\"allow\":true,\"draft\":7}",
            "{\"allow\":true,\"tags\":{\"a\":1}}",
            "{\"allow\":false,\"status\":{\"code\":1e999999999}}",
            "{\"allow\":true",
            "[".repeat(100_000)
        }) {
            HookResponse<HookResult> response = answering(body);
            assertFailed(response, HookResponse.Kind.UNDECODABLE, "/hook answered ");
            assertThat(response.toString()).doesNotContain("SECRET");
        }
        try (RawServer garbage = RawServer.saying("SECRET nonsense\r\n\r\n")) {
            assertFailed(preSend(garbage), HookResponse.Kind.UNDECODABLE, "no proper HTTP answer");
        }
        try (RawServer rude = RawServer.saying("")) {
            assertFailed(preSend(rude), HookResponse.Kind.UNREACHABLE, rude.url());
        }
    }

    @Test
    void aCodeMayBeANumberAnErrorCodeOrItsShortName() throws Exception {
        for (var expected : Map.of(
                        "7", 7, "\"ERROR_CODE_NOT_FOUND\"", 5, "\"CONFLICT\"", 6, "\"4003\"", 4003, "\"Business\"", 0)
                .entrySet()) {
            assertThat(answering("{\"allow\":false,\"status\":{\"code\":" + expected.getKey() + ",\"message\":\"m\"}}"))
                    .isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Stop(expected.getValue(), "m")));
        }
    }

    @Test
    void aDraftReplacesOnlyWhatItNames() throws Exception {
        HookResult.Continue next =
                (HookResult.Continue) answered(answering("{\"allow\":true,\"draft\":{\"headers\":{\"a\":\"b\"}}}"));
        assertThat(next.draft()).isEqualTo(Samples.DRAFT.withHeaders(Map.of("a", "b")));
    }

    @Test
    void aStatusSaysWhoseFaultItIs() throws Exception {
        for (var expected : Map.of(
                        404, HookResponse.Kind.REFUSED, 429, HookResponse.Kind.REFUSED, 503, HookResponse.Kind.ERROR)
                .entrySet()) {
            try (RawServer refusing =
                    RawServer.saying("HTTP/1.1 " + expected.getKey() + " No\r\nContent-Length: 0\r\n\r\n")) {
                assertFailed(preSend(refusing), expected.getValue(), expected.getKey() + " from " + refusing.url());
            }
        }
    }

    @Test
    void anEmptySuccessTakesANotificationAndPermitsARecall() throws Exception {
        try (RawServer terse = RawServer.saying(NOTHING);
                HookClient hook = open(terse)) {
            assertThat(answered(hook.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample())))
                    .isEqualTo(Acknowledged.ACKNOWLEDGED);
            assertThat(answered(hook.call(CONTEXT, new RecallRequest.Check(Samples.RECALL), ample())))
                    .isTrue();
        }
    }

    @Test
    void aTargetThatIsNotAllowedIsNotDialled() throws Exception {
        Egress.Parsed.Read denied = (Egress.Parsed.Read) Egress.parse(List.of(), List.of("127.0.0.0/8", "::1"));
        try (RawServer inside = RawServer.saying(NOTHING);
                HookClient hook = open(inside);
                HookClient named = open(inside.url().replace("127.0.0.1", "localhost"))) {
            assertThat(answered(hook.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample())))
                    .isEqualTo(Acknowledged.ACKNOWLEDGED);
            int before = inside.connections();
            egress.set(denied.egress());
            assertFailed(
                    hook.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()),
                    HookResponse.Kind.FORBIDDEN,
                    inside.url() + " was not called: 127.0.0.1 is denied by webhook-targets");
            assertFailed(
                    named.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()),
                    HookResponse.Kind.FORBIDDEN,
                    "localhost (");
            assertFailed(hook.probe(ample()), HookResponse.Kind.FORBIDDEN, "denied");
            assertThat(inside.connections()).isEqualTo(before);
        }
        egress.set(Egress.DEFAULT);
        for (String metadata : List.of("http://169.254.169.254/latest", "http://[fd00:ec2::254]/", "http://0.0.0.0/")) {
            try (HookClient hook = open(metadata)) {
                assertFailed(
                        hook.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()),
                        HookResponse.Kind.FORBIDDEN,
                        "cloud metadata");
            }
        }
    }

    @Test
    void connectionsAreReused() throws Exception {
        try (RawServer server = new RawServer((line, out) -> out.write(bytes(NOTHING)));
                HookClient hook = open(server)) {
            for (int i = 0; i < 10; i++) {
                answered(hook.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()));
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private HookResponse<HookResult> answering(String body) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
        try (RawServer server = RawServer.saying(head + body.length() + "\r\n\r\n" + body)) {
            return preSend(server);
        }
    }

    private HookResponse<HookResult> preSend(RawServer server) throws InterruptedException {
        try (HookClient hook = open(server)) {
            return hook.call(CONTEXT, new PreSendRequest(Samples.DRAFT), ample());
        }
    }

    private HookClient open(RawServer server) {
        return open(server.url());
    }

    private HookClient open(String url) {
        return open(new Target.Webhook(URI.create(url), List.of(), Signature.TIMESTAMPED, ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
