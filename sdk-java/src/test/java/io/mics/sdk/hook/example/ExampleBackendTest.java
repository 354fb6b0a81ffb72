package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.HookSignature;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExampleBackendTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void knowsValidTokensWithAndWithoutBearer() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            assertThat(auth(backend, "valid:u1").getUserId()).isEqualTo("u1");
            assertThat(auth(backend, "Bearer valid:u1").getUserId()).isEqualTo("u1");
            assertThat(auth(backend, "stolen").getOk()).isFalse();
            assertThat(auth(backend, "valid:").getReason()).isEqualTo("invalid token");
            assertThat(backend.calls("auth")).isEqualTo(4);
            assertThat(backend.calls("check-message")).isZero();
        }
    }

    @Test
    void wantsSignaturesWhenItHasASecret() throws Exception {
        AuthRequest request = AuthRequest.newBuilder().setToken("valid:u1").build();
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3"))) {
            assertThat(post(backend, "/auth", request).statusCode()).isEqualTo(401);
            assertThat(post(backend, "/auth", HookSignature.sign("s3", request)).statusCode())
                    .isEqualTo(200);
            assertThat(backend.calls("auth")).isEqualTo(1);
        }
    }

    @Test
    void verifiesTheOtherHooksWithTheSecretItGaveOut() throws Exception {
        CheckMessageRequest request = CheckMessageRequest.getDefaultInstance();
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests("s3"))) {
            backend.setConfig(
                    TenantRuntimeConfig.newBuilder().setTenantSecret("given").build());

            assertThat(post(backend, "/check-message", HookSignature.sign("given", request))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(backend, "/check-message", HookSignature.sign("s3", request))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void groupsMayChangeWhileItRuns() throws Exception {
        GetGroupMembersRequest request =
                GetGroupMembersRequest.newBuilder().setGroupId("g").build();
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            assertThat(members(backend, request)).isEmpty();
            backend.setGroup("g", List.of("u1", "u2"));
            assertThat(members(backend, request)).containsExactly("u1", "u2");
        }
    }

    @Test
    void deniesTheWord() throws Exception {
        BackendSettings settings = new BackendSettings(0, "", Map.of(), Duration.ZERO, 0, "spam");
        try (ExampleBackend backend = new ExampleBackend(settings)) {
            assertThat(check(backend, "hello").getAllow()).isTrue();
            assertThat(check(backend, "buy spam now"))
                    .satisfies(denied -> assertThat(denied.getAllow()).isFalse())
                    .satisfies(denied -> assertThat(denied.getReason()).isEqualTo("denied word"));
        }
    }

    @Test
    void failsAndWaitsOnRequest() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            backend.setFailRate(1);
            assertThat(post(backend, "/auth", AuthRequest.getDefaultInstance()).statusCode())
                    .isEqualTo(500);
            backend.setFailRate(0);
            backend.setDelay(Duration.ofMillis(60));
            long start = System.nanoTime();
            auth(backend, "valid:u1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        }
    }

    @Test
    void givesMissedMessagesInPages() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""))) {
            backend.setOffline("u1", List.of(message("1"), message("2"), message("3")));

            GetOfflineMessagesResponse first = offline(backend, "");
            GetOfflineMessagesResponse second = offline(backend, first.getNextCursor());

            assertThat(first.getMessagesList()).containsExactly(message("1"), message("2"));
            assertThat(first.getHasMore()).isTrue();
            assertThat(second.getMessagesList()).containsExactly(message("3"));
            assertThat(second.getHasMore()).isFalse();
            assertThat(offline(backend, "x").getOk()).isFalse();
        }
    }

    @Test
    void readsItsSettingsFromTheEnvironment() {
        Map<String, String> environment = Map.of(
                "PORT", "9000",
                "HOOK_SECRET", "s",
                "HOOK_GROUP_MEMBERS", "{\"group-1\":[\"u1\",\"u2\"]}",
                "HOOK_DELAY_MS", "5",
                "HOOK_FAIL_RATE", "0.25",
                "HOOK_DENY_WORD", "no");

        assertThat(BackendSettings.from(List.of(), environment::get))
                .isEqualTo(new BackendSettings(
                        9000, "s", Map.of("group-1", List.of("u1", "u2")), Duration.ofMillis(5), 0.25, "no"));
        assertThat(BackendSettings.from(List.of("--port", "7"), environment::get)
                        .port())
                .isEqualTo(7);
        assertThat(BackendSettings.from(List.of(), name -> null).port()).isEqualTo(8081);
    }

    @Test
    void readsWhereEventsAreFromTheEnvironment() {
        BackendSettings without = BackendSettings.from(List.of(), name -> null);
        assertThat(without.events()).isNull();
        assertThat(without.config()).isEqualTo(TenantRuntimeConfig.getDefaultInstance());

        BackendSettings with = BackendSettings.from(List.of(), Map.of("KAFKA__BOOTSTRAP_SERVERS", "k:9092")::get);
        assertThat(with.events())
                .isEqualTo(new EventSettings(
                        "k:9092",
                        List.of(),
                        "im-mics-{tenant}-event",
                        "mics-example-backend",
                        Path.of("mics-example-store")));
        assertThat(with.config())
                .isEqualTo(TenantRuntimeConfig.newBuilder()
                        .setOfflineUseHookPull(true)
                        .build());

        Map<String, String> all = Map.of(
                "KAFKA__BOOTSTRAP_SERVERS", "k:9092",
                "HOOK_EVENT_TENANTS", "t1, t2",
                "HOOK_EVENT_TOPIC", "{tenant}-events",
                "HOOK_EVENT_GROUP", "g",
                "HOOK_STORE", "/tmp/s",
                "HOOK_OFFLINE_PULL", "false",
                "HOOK_TENANT_SECRET", "given");
        BackendSettings chosen = BackendSettings.from(List.of(), all::get);
        assertThat(chosen.events())
                .isEqualTo(new EventSettings("k:9092", List.of("t1", "t2"), "{tenant}-events", "g", Path.of("/tmp/s")));
        assertThat(chosen.config())
                .isEqualTo(TenantRuntimeConfig.newBuilder()
                        .setOfflineUseHookPull(false)
                        .setTenantSecret("given")
                        .build());
    }

    @Test
    void namesTheSettingItCannotRead() {
        assertThatThrownBy(() -> BackendSettings.from(List.of(), Map.of("HOOK_OFFLINE_PULL", "yes")::get))
                .hasMessage("HOOK_OFFLINE_PULL must be true or false, is \"yes\"");
        assertThatThrownBy(() -> BackendSettings.from(
                        List.of(), Map.of("KAFKA__BOOTSTRAP_SERVERS", "k:1", "HOOK_EVENT_TOPIC", "all")::get))
                .hasMessage("HOOK_EVENT_TOPIC must contain {tenant}, is \"all\"");
        assertThatThrownBy(() -> BackendSettings.from(List.of(), Map.of("PORT", "http")::get))
                .hasMessage("PORT must be a number, is \"http\"");
        assertThatThrownBy(() -> BackendSettings.from(List.of(), Map.of("HOOK_FAIL_RATE", "2")::get))
                .hasMessageContaining("HOOK_FAIL_RATE");
        assertThatThrownBy(() -> BackendSettings.from(List.of(), Map.of("HOOK_GROUP_MEMBERS", "[]")::get))
                .hasMessageContaining("HOOK_GROUP_MEMBERS")
                .hasMessageContaining("expected '{' at character 0");
        assertThatThrownBy(() -> BackendSettings.from(List.of("-p"), name -> null))
                .hasMessageContaining("usage");
    }

    private AuthResponse auth(ExampleBackend backend, String token) throws Exception {
        AuthRequest request = AuthRequest.newBuilder().setToken(token).build();
        return AuthResponse.parseFrom(post(backend, "/auth", request).body());
    }

    private CheckMessageResponse check(ExampleBackend backend, String body) throws Exception {
        CheckMessageRequest request = CheckMessageRequest.newBuilder()
                .setMessage(MessageRequest.newBuilder().setMsgBody(ByteString.copyFromUtf8(body)))
                .build();
        return CheckMessageResponse.parseFrom(
                post(backend, "/check-message", request).body());
    }

    private List<String> members(ExampleBackend backend, GetGroupMembersRequest request) throws Exception {
        return GetGroupMembersResponse.parseFrom(
                        post(backend, "/get-group-members", request).body())
                .getUserIdsList();
    }

    private GetOfflineMessagesResponse offline(ExampleBackend backend, String cursor) throws Exception {
        GetOfflineMessagesRequest request = GetOfflineMessagesRequest.newBuilder()
                .setUserId("u1")
                .setMaxMessages(2)
                .setCursor(cursor)
                .build();
        return GetOfflineMessagesResponse.parseFrom(
                post(backend, "/get-offline-messages", request).body());
    }

    private HttpResponse<byte[]> post(ExampleBackend backend, String hook, Message request) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(backend.baseUrl() + hook))
                        .POST(BodyPublishers.ofByteArray(request.toByteArray()))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static MessageRequest message(String id) {
        return MessageRequest.newBuilder().setMsgId(id).build();
    }
}
