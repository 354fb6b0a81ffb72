package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.sdk.sign.Signer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example backend under the variables of the earlier stand-in. */
class TenantSettingsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PORT", "0",
            "HOOK_TENANT_SECRETS", "{\"t1\": \"s1\", \"t2\":\"s2\"}",
            "HOOK_TENANT_POLICIES",
                    "{\"t2\":{\"hookMaxConcurrency\":8,\"hookBreakerOpenMs\":null,\"hookSignRequired\":true}}",
            "HOOK_BASE_URL", "http://backend:8081",
            "HOOK_QUEUE_TIMEOUT_MS", "7",
            "OFFLINE_USE_HOOK_PULL", "True");

    private static HttpResponse<byte[]> auth(ExampleBackend backend, String tenant, String secret) throws Exception {
        AuthRequest request = AuthRequest.newBuilder()
                .setMeta(HookMeta.newBuilder()
                        .setTenantId(tenant)
                        .setRequestId("r1")
                        .setTimestampMs(123))
                .setToken("valid:u1")
                .setDeviceId("d1")
                .build();
        String sign = secret.isEmpty() ? "" : new Signer(secret).sign(request.toByteArray(), "r1", 123);
        AuthRequest signed = request.toBuilder()
                .setMeta(request.getMeta().toBuilder().setSign(sign))
                .build();
        HttpRequest post = HttpRequest.newBuilder(URI.create(backend.baseUrl() + "/auth"))
                .header("Content-Type", "application/protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(signed.toByteArray()))
                .build();
        return HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static TenantRuntimeConfig config(HttpResponse<byte[]> answer) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(200);
        return AuthResponse.parseFrom(answer.body()).getConfig();
    }

    @Test
    void anUnsignedAuthIsAcceptedWhereSigningIsNotRequired() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.from(List.of(), ENVIRONMENT::get))) {
            assertThat(config(auth(backend, "t1", "")))
                    .isEqualTo(TenantRuntimeConfig.newBuilder()
                            .setHookBaseUrl("http://backend:8081")
                            .setTenantSecret("s1")
                            .setHookQueueTimeoutMs(7)
                            .setOfflineUseHookPull(true)
                            .build());
            assertThat(auth(backend, "t1", "wrong").statusCode()).isEqualTo(401);
            assertThat(auth(backend, "t2", "").statusCode()).isEqualTo(401);
            TenantRuntimeConfig second = config(auth(backend, "t2", "s2"));
            assertThat(second.getTenantSecret()).isEqualTo("s2");
            assertThat(second.getHookMaxConcurrency()).isEqualTo(8);
            assertThat(second.hasHookBreakerOpenMs()).isFalse();
            assertThat(second.getHookSignRequired()).isTrue();
            assertThat(auth(backend, "t3", "").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void signingIsRequiredOfEverybodyWhereTheVariableSaysSo() throws Exception {
        Map<String, String> required = new HashMap<>(ENVIRONMENT);
        required.put("HOOK_SIGN_REQUIRED", "true");
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.from(List.of(), required::get))) {
            assertThat(auth(backend, "t1", "").statusCode()).isEqualTo(401);
            assertThat(config(auth(backend, "t1", "s1")).getHookSignRequired()).isTrue();
        }
    }

    @Test
    void aVariableThatCannotBeReadIsNamed() {
        for (Map.Entry<String, String> bad : Map.of(
                        "HOOK_TENANT_SECRETS", "[]",
                        "HOOK_TENANT_POLICIES", "{\"t\":{\"hookMaxConcurency\":1}}",
                        "HOOK_SIGN_REQUIRED", "maybe",
                        "HOOK_MAX_CONCURRENCY", "many")
                .entrySet()) {
            assertThatThrownBy(() -> BackendSettings.from(List.of(), Map.of(bad.getKey(), bad.getValue())::get))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.getKey());
        }
    }
}
