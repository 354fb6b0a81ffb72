package io.mics.sdk.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.sdk.sign.HookSignature;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HookServerTest {
    private static final int LIMIT = 64 << 10;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger handled = new AtomicInteger();
    private @Nullable HookServer started;

    @BeforeEach
    void start() throws Exception {
        started = HookServer.builder(new Handler())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .basePath("/hooks")
                .secrets(new TwoSecrets())
                .maxBodyBytes(LIMIT)
                .timestampWindow(Duration.ofMinutes(1))
                .start();
    }

    @AfterEach
    void stop() {
        server().close();
    }

    @Test
    void answersAuthSignedWithTheConfiguredSecret() throws Exception {
        HttpResponse<byte[]> response = post("/auth", HookSignature.sign("configured", auth("t1")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/protobuf");
        AuthResponse answer = AuthResponse.parseFrom(response.body());
        assertThat(answer.getUserId()).isEqualTo("valid:u1");
        assertThat(answer.getMeta().getRequestId()).isEqualTo("r1");
        assertThat(answer.getMeta().getSign()).isEmpty();
    }

    @Test
    void answersTheOtherHooksSignedWithTheRuntimeSecret() throws Exception {
        CheckMessageRequest check =
                CheckMessageRequest.newBuilder().setMeta(meta("t1", now())).build();
        GetGroupMembersRequest members = GetGroupMembersRequest.newBuilder()
                .setMeta(meta("t1", now()))
                .setGroupId("g")
                .build();
        GetOfflineMessagesRequest offline = GetOfflineMessagesRequest.newBuilder()
                .setMeta(meta("t1", now()))
                .build();

        HttpResponse<byte[]> checked = post("/check-message", HookSignature.sign("runtime", check));
        HttpResponse<byte[]> found = post("/get-group-members", HookSignature.sign("runtime", members));
        HttpResponse<byte[]> missed = post("/get-offline-messages", HookSignature.sign("runtime", offline));

        assertThat(CheckMessageResponse.parseFrom(checked.body()).getAllow()).isTrue();
        assertThat(GetGroupMembersResponse.parseFrom(found.body()).getUserIdsList())
                .containsExactly("g-1", "g-2");
        assertThat(GetOfflineMessagesResponse.parseFrom(missed.body()).getOk()).isTrue();
        assertThat(post("/check-message", HookSignature.sign("configured", check))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void refusesABadSignatureBeforeTheHandlerSeesTheCall() throws Exception {
        assertThat(post("/auth", HookSignature.sign("guessed", auth("t1"))).statusCode())
                .isEqualTo(401);
        assertThat(post("/auth", auth("t1")).statusCode()).isEqualTo(401);
        assertThat(handled).hasValue(0);
    }

    @Test
    void refusesAnUnknownTenantAndAStaleRequest() throws Exception {
        AuthRequest old =
                auth("t1").toBuilder().setMeta(meta("t1", now() - 120_000)).build();

        HttpResponse<byte[]> unknown = post("/auth", HookSignature.sign("configured", auth("stranger")));
        HttpResponse<byte[]> stale = post("/auth", HookSignature.sign("configured", old));

        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(text(unknown)).contains("unknown tenant");
        assertThat(stale.statusCode()).isEqualTo(401);
        assertThat(text(stale)).contains("stale");
        assertThat(handled).hasValue(0);
    }

    @Test
    void acceptsUnsignedCallsOfATenantWithoutASecret() throws Exception {
        assertThat(post("/auth", auth("open")).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesGarbageUnknownPathsAndOtherMethods() throws Exception {
        assertThat(send("/hooks/auth", "POST", "no protobuf".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("/auth", "POST", new byte[0]).statusCode()).isEqualTo(404);
        HttpResponse<byte[]> get = send("/hooks/auth", "GET", new byte[0]);
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesABodyOverTheLimitAndServesOn() throws Exception {
        assertThat(send("/hooks/auth", "POST", new byte[LIMIT + 1]).statusCode())
                .isEqualTo(413);
        assertThat(send("/hooks/auth", "POST", new byte[4 << 20]).statusCode()).isEqualTo(413);
        assertThat(send("/hooks/auth", "POST", new byte[LIMIT]).statusCode()).isEqualTo(400);
        assertThat(post("/auth", auth("open")).statusCode()).isEqualTo(200);
    }

    @Test
    void turnsAHandlersExceptionInto500() throws Exception {
        AuthRequest broken = auth("open").toBuilder().setToken("break").build();

        HttpResponse<byte[]> response = post("/auth", broken);

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(text(response)).doesNotContain("secret detail");
    }

    @Test
    void answersOnAReusedConnectionWithoutTheDelayedAckPause() throws Exception {
        AuthRequest request = HookSignature.sign("configured", auth("t1"));
        post("/auth", request);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            post("/auth", request);
            best = Math.min(best, System.nanoTime() - start);
        }

        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(30));
    }

    private HookServer server() {
        return Objects.requireNonNull(started);
    }

    private HttpResponse<byte[]> post(String hook, Message request) throws Exception {
        return send("/hooks" + hook, "POST", request.toByteArray());
    }

    private HttpResponse<byte[]> send(String path, String method, byte[] body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server().port() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static AuthRequest auth(String tenant) {
        return AuthRequest.newBuilder()
                .setMeta(meta(tenant, now()))
                .setToken("valid:u1")
                .build();
    }

    private static HookMeta meta(String tenant, long timestampMs) {
        return HookMeta.newBuilder()
                .setTenantId(tenant)
                .setRequestId("r1")
                .setTimestampMs(timestampMs)
                .build();
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static final class TwoSecrets implements HookSecrets {
        @Override
        public @Nullable String configured(String tenantId) {
            return switch (tenantId) {
                case "t1" -> "configured";
                case "open" -> "";
                default -> null;
            };
        }

        @Override
        public @Nullable String runtime(String tenantId) {
            return Objects.equals(configured(tenantId), "configured") ? "runtime" : configured(tenantId);
        }
    }

    private final class Handler implements HookHandler {
        @Override
        public AuthResponse auth(AuthRequest request) {
            handled.incrementAndGet();
            if (request.getToken().equals("break")) {
                throw new IllegalStateException("secret detail");
            }
            return AuthResponse.newBuilder()
                    .setOk(true)
                    .setUserId(request.getToken())
                    .build();
        }

        @Override
        public CheckMessageResponse checkMessage(CheckMessageRequest request) {
            return CheckMessageResponse.newBuilder().setAllow(true).build();
        }

        @Override
        public GetGroupMembersResponse getGroupMembers(GetGroupMembersRequest request) {
            return GetGroupMembersResponse.newBuilder()
                    .addUserIds(request.getGroupId() + "-1")
                    .addUserIds(request.getGroupId() + "-2")
                    .build();
        }
    }
}
