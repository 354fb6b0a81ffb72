package io.mics.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.concurrent.Deadline;
import io.mics.hook.SendDecision;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.hook.webhook.Egress;
import io.mics.hook.webhook.WebhookClients;
import io.mics.httpclient.HttpClient;
import io.mics.observe.Metrics;
import io.mics.observe.TraceId;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.Tenant;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Request;
import io.mics.testing.gateway.TestTenants;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alice's call and then bob's, to servers that answer as they like: nobody ever gets what is said of another. */
@Timeout(60)
class ServerBehavioursTest {
    private static final Pattern MESSAGE_ID = Pattern.compile("\"client_message_id\":\"([a-z]+)\"");
    private static final String NOBODY = "nobody: ";

    private final HttpClient client = HttpClient.ofDefaults();
    private final TenantBackend backend = new TenantBackend(new Metrics(), new HttpBackendTransport(client), Map.of());

    /** Makes a call of somebody; says whom the answer was for. */
    private interface Call {
        String of(String who) throws Exception;
    }

    static List<ServerBehaviour> behaviours() throws IOException {
        return ServerBehaviour.all();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void nobodyIsTakenForAnother(ServerBehaviour behaviour) throws Exception {
        try (HandWrittenHttp server = answering(behaviour)) {
            assertOwnAnswers(behaviour, who -> authenticated(server, who));
        }
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void noVerdictIsThatOfAnother(ServerBehaviour behaviour) throws Exception {
        try (HandWrittenHttp server = answering(behaviour)) {
            assertOwnAnswers(behaviour, who -> checked(server, who));
        }
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void noWebhooksAnswerIsThatOfAnother(ServerBehaviour behaviour) throws Exception {
        try (HandWrittenHttp server = answering(behaviour);
                HookClient hook = new WebhookClients(client, () -> Egress.DEFAULT)
                        .open(Samples.definition(
                                HookPoint.PRE_SEND,
                                new Target.Webhook(
                                        URI.create(server.url() + "/hook"),
                                        List.of(),
                                        Target.Webhook.Signature.TIMESTAMPED,
                                        "")))) {
            assertOwnAnswers(behaviour, who -> stopped(hook, who));
        }
    }

    /** What no look at the connection can find: it comes when bob has asked, just before what he asked for. */
    @Test
    void anAnswerThatNamesAnotherRequestIsRefusedAndItsConnectionClosed() throws Exception {
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
            byte[] last = null;
            for (Optional<Request> next = connection.next(); next.isPresent(); next = connection.next()) {
                byte[] answer = answer(next.get());
                byte[] sent = last == null ? answer : last;
                last = answer;
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + sent.length + "\r\n\r\n", sent);
            }
        })) {
            assertThat(authenticated(server, "alice")).isEqualTo("alice");
            assertThat(authenticated(server, "bob"))
                    .isEqualTo(NOBODY + "an answer to another request from " + server.url() + "/auth");
            assertThat(authenticated(server, "bob")).isEqualTo("bob");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionsAreReusedWhereTheServerAnswersAsItShould() throws Exception {
        ServerBehaviour plain = ServerBehaviour.all().getFirst();
        try (HandWrittenHttp server = answering(plain)) {
            for (int i = 0; i < 20; i++) {
                assertThat(authenticated(server, "alice")).isEqualTo("alice");
                assertThat(checked(server, "bob")).isEqualTo("bob");
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static void assertOwnAnswers(ServerBehaviour behaviour, Call call) throws Exception {
        for (int round = 0; round < 3; round++) {
            for (String who : List.of("alice", "bob")) {
                String answered = call.of(who);
                if (behaviour.proper()) {
                    assertThat(answered).isEqualTo(who);
                } else {
                    assertThat(answered)
                            .satisfiesAnyOf(
                                    a -> assertThat(a).isEqualTo(who),
                                    a -> assertThat(a).startsWith(NOBODY).doesNotContain("alice", "bob"));
                }
            }
        }
    }

    private static HandWrittenHttp answering(ServerBehaviour behaviour) throws IOException {
        return HandWrittenHttp.start(connection -> {
            boolean more = true;
            while (more) {
                Optional<Request> request = connection.next();
                more = request.isPresent() && behaviour.answer().send(connection, answer(request.get()));
            }
        });
    }

    private static byte[] answer(Request request) throws InvalidProtocolBufferException {
        return switch (request.target()) {
            case "/auth" -> {
                AuthRequest asked = AuthRequest.parseFrom(request.body());
                yield AuthResponse.newBuilder()
                        .setMeta(HookMeta.newBuilder()
                                .setRequestId(asked.getMeta().getRequestId()))
                        .setOk(true)
                        .setUserId(asked.getToken())
                        .build()
                        .toByteArray();
            }
            case "/check-message" -> {
                CheckMessageRequest asked = CheckMessageRequest.parseFrom(request.body());
                yield CheckMessageResponse.newBuilder()
                        .setReason(asked.getMessage().getUserId())
                        .build()
                        .toByteArray();
            }
            case String hook -> {
                Matcher id = MESSAGE_ID.matcher(new String(request.body(), StandardCharsets.UTF_8));
                assertThat(id.find()).as(hook).isTrue();
                yield ("{\"allow\":false,\"status\":{\"message\":\"" + id.group(1) + "\"}}")
                        .getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    private String authenticated(HandWrittenHttp server, String who) throws InterruptedException {
        return switch (backend.askAuth(tenant(server), who, "d1", TraceId.create())) {
            case HookResponse.Answered<AuthResponse> answered ->
                answered.answer().getOk()
                        ? answered.answer().getUserId()
                        : NOBODY + answered.answer().getReason();
            case HookResponse.Failed<AuthResponse> failed -> NOBODY + failed.cause();
        };
    }

    private String checked(HandWrittenHttp server, String who) throws InterruptedException {
        MessageRequest message = MessageRequest.newBuilder().setUserId(who).build();
        return switch (backend.checkMessage(tenant(server), message, TraceId.create())) {
            case SendDecision.Denied denied ->
                denied.reason().equals("message denied") ? NOBODY + denied.reason() : denied.reason();
            case SendDecision.Allowed allowed -> NOBODY + "allowed";
        };
    }

    private static String stopped(HookClient hook, String who) throws InterruptedException {
        MessageDraft draft = new MessageDraft("", who, "group:g", new byte[10], Map.of(), Map.of());
        return switch (hook.call(Samples.CONTEXT, new PreSendRequest(draft), Deadline.after(Duration.ofSeconds(20)))) {
            case HookResponse.Answered<HookResult> answered ->
                answered.answer() instanceof HookResult.Stop stop ? stop.message() : NOBODY + "allowed";
            case HookResponse.Failed<HookResult> failed -> NOBODY + failed.cause();
        };
    }

    private static Tenant tenant(HandWrittenHttp server) {
        BackendSettings defaults = BackendSettings.DEFAULTS.at(server.url());
        return TestTenants.tenant(
                "t1",
                new BackendSettings(
                        defaults.baseUrl(),
                        defaults.authBaseUrl(),
                        "",
                        "",
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        32,
                        Duration.ofSeconds(5),
                        OnFailure.ALLOW,
                        false,
                        0,
                        Duration.ZERO));
    }
}
