package io.mics.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantTest {
    private static final int BILLION = 1_000_000_000;

    private static TenantConfig config(String id, int connections) {
        TenantSettings d = TenantSettings.DEFAULTS;
        BackendSettings h = d.hooks();
        BackendSettings hooks = new BackendSettings(
                "http://yaml",
                "http://yaml",
                "yaml-secret",
                "yaml-secret",
                h.timeout(),
                h.authTimeout(),
                h.maxConcurrency(),
                h.queueTimeout(),
                h.onCheckFailure(),
                h.signRequired(),
                h.breakerFailures(),
                h.breakerOpen());
        TenantSettings settings = new TenantSettings(
                hooks,
                new LimitSettings(connections, 0, 0, 2, 1),
                d.offline(),
                d.heartbeat(),
                d.slowConsumer(),
                d.echoToSender(),
                d.origins(),
                d.maxContentLength(),
                d.businessType(),
                d.draftChanges(),
                d.ids(),
                d.failuresAsErrors(),
                d.messages(),
                d.durable());
        return new TenantConfig(
                id,
                settings,
                Map.of(
                        "limits.connections", SettingSource.TENANTS_YAML,
                        "limits.devices-per-user", SettingSource.DEFAULTS));
    }

    @Test
    void anAnswerIsDroppedWhenARequestThatBeganLaterWasAnswered() {
        Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
        TenantRuntimeConfig old =
                TenantRuntimeConfig.newBuilder().setTenantMaxConnections(1).build();
        TenantRuntimeConfig now =
                TenantRuntimeConfig.newBuilder().setTenantMaxConnections(2).build();
        long first = tenant.asking();
        long second = tenant.asking();
        long third = tenant.asking();
        tenant.learn(now, second);
        tenant.learn(old, first);
        assertThat(tenant.settings().limits().connections()).isEqualTo(2);
        // the same again is newer all the same
        long fourth = tenant.asking();
        tenant.learn(now, fourth);
        tenant.learn(old, third);
        assertThat(tenant.settings().limits().connections()).isEqualTo(2);
    }

    @Test
    void learnedBeatsConfiguredAndZeroOrEmptyMeansNotGiven() {
        Tenant tenant = new Tenant(config("t1", 5));
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHeartbeatTimeoutSeconds(7)
                        .setUserMaxConnections(3)
                        .setTenantMaxMessageQps(9)
                        .build(),
                tenant.asking());
        assertThat(tenant.settings().heartbeat()).isEqualTo(Duration.ofSeconds(7));
        assertThat(tenant.settings().limits()).isEqualTo(new LimitSettings(5, 3, 9, 2, 1));
        assertThat(tenant.settings().offline()).isEqualTo(OfflineSettings.DEFAULTS);
        assertThat(tenant.settings().hooks().baseUrl()).isEqualTo("http://yaml");
        assertThat(tenant.settings().hooks().secret()).isEqualTo("yaml-secret");
        assertThat(tenant.limits().messagesPerSecond()).isEqualTo(9);
        assertThat(tenant.sources())
                .containsEntry("limits.connections", SettingSource.TENANTS_YAML)
                .containsEntry("limits.devices-per-user", SettingSource.LEARNED);
    }

    @Test
    void authKeepsItsConfiguredUrlAndSecretButFollowsALearnedSignRequired() {
        Tenant tenant = new Tenant(config("t1", 0));
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl("http://learned/")
                        .setTenantSecret("learned-secret")
                        .setHookSignRequired(true)
                        .setHookMaxConcurrency(0)
                        .setOfflineUseHookPull(true)
                        .build(),
                tenant.asking());
        BackendSettings hooks = tenant.settings().hooks();
        assertThat(hooks.baseUrl()).isEqualTo("http://learned");
        assertThat(hooks.authBaseUrl()).isEqualTo("http://yaml");
        assertThat(hooks.secret()).isEqualTo("learned-secret");
        assertThat(hooks.authSecret()).isEqualTo("yaml-secret");
        assertThat(hooks.signRequired()).isTrue();
        assertThat(hooks.maxConcurrency()).isZero();
        assertThat(tenant.settings().offline().useHookPull()).isTrue();
    }

    @Test
    void aNegativeNumberNamesItsField() {
        TenantRuntimeConfig none = TenantRuntimeConfig.getDefaultInstance();
        Map<String, TenantRuntimeConfig> answers = Map.of(
                "heartbeat_timeout_seconds",
                        none.toBuilder().setHeartbeatTimeoutSeconds(-1).build(),
                "offline_buffer_ttl_seconds",
                        none.toBuilder().setOfflineBufferTtlSeconds(-1).build(),
                "tenant_max_connections",
                        none.toBuilder().setTenantMaxConnections(-1).build(),
                "user_max_connections",
                        none.toBuilder().setUserMaxConnections(-1).build(),
                "tenant_max_message_qps",
                        none.toBuilder().setTenantMaxMessageQps(-1).build(),
                "hook_max_concurrency",
                        none.toBuilder().setHookMaxConcurrency(-1).build(),
                "hook_queue_timeout_ms",
                        none.toBuilder().setHookQueueTimeoutMs(-1).build(),
                "hook_breaker_failure_threshold",
                        none.toBuilder().setHookBreakerFailureThreshold(-1).build(),
                "hook_breaker_open_ms",
                        none.toBuilder().setHookBreakerOpenMs(-1).build());
        answers.forEach(
                (field, answer) -> assertThat(Tenant.invalidField(answer)).contains("negative " + field));
        assertThat(Tenant.invalidField(none)).isEmpty();
    }

    @Test
    void aNumberOverItsBoundNamesItsField() {
        TenantRuntimeConfig none = TenantRuntimeConfig.getDefaultInstance();
        TenantRuntimeConfig most = none.toBuilder()
                .setHeartbeatTimeoutSeconds(600)
                .setOfflineBufferTtlSeconds(2_678_400)
                .setTenantMaxConnections(BILLION)
                .setUserMaxConnections(BILLION)
                .setTenantMaxMessageQps(BILLION)
                .setHookMaxConcurrency(1_000_000)
                .setHookQueueTimeoutMs(60_000)
                .setHookBreakerFailureThreshold(1_000_000)
                .setHookBreakerOpenMs(86_400_000)
                .setTenantSecret("s".repeat(4_096))
                .setHookBaseUrl("http://b/" + "p".repeat(4_096 - 9))
                .build();
        assertThat(Tenant.invalidField(most)).isEmpty();
        Map<String, TenantRuntimeConfig> answers = Map.of(
                "heartbeat_timeout_seconds over 600",
                        none.toBuilder().setHeartbeatTimeoutSeconds(601).build(),
                "offline_buffer_ttl_seconds over 2678400",
                        none.toBuilder().setOfflineBufferTtlSeconds(2_678_401).build(),
                "tenant_max_connections over 1000000000",
                        none.toBuilder().setTenantMaxConnections(BILLION + 1).build(),
                "user_max_connections over 1000000000",
                        none.toBuilder().setUserMaxConnections(BILLION + 1).build(),
                "tenant_max_message_qps over 1000000000",
                        none.toBuilder().setTenantMaxMessageQps(BILLION + 1).build(),
                "hook_max_concurrency over 1000000",
                        none.toBuilder().setHookMaxConcurrency(1_000_001).build(),
                "hook_queue_timeout_ms over 60000",
                        none.toBuilder().setHookQueueTimeoutMs(60_001).build(),
                "hook_breaker_failure_threshold over 1000000",
                        none.toBuilder()
                                .setHookBreakerFailureThreshold(1_000_001)
                                .build(),
                "hook_breaker_open_ms over 86400000",
                        none.toBuilder().setHookBreakerOpenMs(86_400_001).build(),
                "tenant_secret over 4096 characters",
                        none.toBuilder().setTenantSecret("s".repeat(4_097)).build());
        answers.forEach(
                (problem, answer) -> assertThat(Tenant.invalidField(answer)).contains(problem));
    }

    @Test
    void aBaseUrlMayOnlyBeSchemeHostPortAndPath() {
        for (String good : List.of("http://backend", "https://b.example:8443/mics/", "http://[::1]:8080/a%2Fb")) {
            assertThat(Tenant.invalidField(withBaseUrl(good))).as(good).isEmpty();
        }
        for (String more : List.of("http://b/?q", "http://b/p?tenant=other#", "http://b#x", "http://user:pw@b/")) {
            assertThat(Tenant.invalidField(withBaseUrl(more)))
                    .as(more)
                    .contains("hook_base_url with a query, a fragment or a user");
        }
        for (String none : List.of(
                "file:///etc", "b:80", "http:///p", "http://my_host", "http://b:99999", "http://b b", "http://b/ü")) {
            assertThat(Tenant.invalidField(withBaseUrl(none)))
                    .as(none)
                    .contains("hook_base_url that is no URL of http or https with a host name");
        }
    }

    private static TenantRuntimeConfig withBaseUrl(String url) {
        return TenantRuntimeConfig.newBuilder().setHookBaseUrl(url).build();
    }

    @Test
    void theNewestAnswerReplacesTheOneBeforeWhole() {
        Tenant tenant = new Tenant(config("t1", 5));
        tenant.learn(TenantRuntimeConfig.newBuilder().setTenantMaxConnections(9).build(), tenant.asking());
        tenant.learn(TenantRuntimeConfig.getDefaultInstance(), tenant.asking());
        assertThat(tenant.settings().limits().connections()).isEqualTo(5);
        assertThat(tenant.sources()).containsEntry("limits.connections", SettingSource.TENANTS_YAML);
    }

    @Test
    void aReloadKeepsIdentityAndWhatWasLearned() {
        Tenants tenants = new Tenants(List.of(config("t1", 5), config("t2", 5)));
        Tenant t1 = tenants.find("t1").orElseThrow();
        Tenant t2 = tenants.find("t2").orElseThrow();
        t1.learn(TenantRuntimeConfig.newBuilder().setUserMaxConnections(2).build(), t1.asking());
        Tenants.Changes changes = tenants.apply(List.of(config("t1", 6), config("t3", 1)));
        assertThat(changes).isEqualTo(new Tenants.Changes(List.of("t3"), List.of("t1"), List.of("t2")));
        assertThat(t1.settings().limits().connections()).isEqualTo(6);
        assertThat(t1.settings().limits().devicesPerUser()).isEqualTo(2);
        assertThat(tenants.find("t1")).containsSame(t1);
        assertThat(tenants.find("t2")).isEmpty();
        assertThat(t2.gone()).isTrue();
        assertThat(t2.settings().limits().connections()).isEqualTo(5);
    }

    @Test
    void aTenantThatComesBackIsTheOneItsOldSessionsHold() {
        Tenants tenants = new Tenants(List.of(config("t1", 5)));
        Tenant t1 = tenants.find("t1").orElseThrow();
        assertThat(tenants.apply(List.of()).removed()).containsExactly("t1");
        assertThat(tenants.apply(List.of(config("t1", 7))).added()).containsExactly("t1");
        assertThat(tenants.find("t1")).containsSame(t1);
        assertThat(t1.gone()).isFalse();
        assertThat(t1.settings().limits().connections()).isEqualTo(7);
    }

    @Test
    void idsOutsideTheContractAreRefused() {
        assertThat(TenantConfig.isId("a-Z_9")).isTrue();
        assertThat(List.of("", "a.b", "a b", "a|b", "x".repeat(65))).noneMatch(TenantConfig::isId);
        assertThatThrownBy(() -> config("a.b", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static TenantRuntimeConfig pull(boolean on, int ttlSeconds) {
        return TenantRuntimeConfig.newBuilder()
                .setOfflineUseHookPull(on)
                .setOfflineBufferTtlSeconds(ttlSeconds)
                .build();
    }

    @Test
    void pullsForAsLongAsAMessageWaitsAfterTheSwitchWasTurnedOff() {
        Tenant tenant = new Tenant(config("t1", 5));
        long now = System.nanoTime();
        assertThat(tenant.pullsOffline(now)).isFalse();
        tenant.learn(pull(false, 60), tenant.asking());
        assertThat(tenant.pullsOffline(now)).isFalse();
        tenant.learn(pull(true, 60), tenant.asking());
        assertThat(tenant.pullsOffline(now)).isTrue();
        tenant.learn(pull(false, 60), tenant.asking());
        now = System.nanoTime();
        assertThat(tenant.pullsOffline(now + Duration.ofMinutes(59).toNanos())).isTrue();
        assertThat(tenant.pullsOffline(now + Duration.ofMinutes(61).toNanos())).isFalse();
        tenant.learn(pull(false, 2 * 3_600), tenant.asking());
        assertThat(tenant.pullsOffline(now + Duration.ofMinutes(119).toNanos())).isTrue();
        assertThat(tenant.pullsOffline(now + Duration.ofMinutes(121).toNanos())).isFalse();
    }

    @Test
    void aTenantIsForgottenOnceMoreAfterWhatWasInFlightForItUnlessItIsBack() {
        Tenants tenants = new Tenants(List.of(config("t1", 5), config("t2", 5)));
        List<String> forgotten = new ArrayList<>();
        tenants.apply(List.of());
        for (int i = 0; i < 2; i++) {
            tenants.forgetRemoved(id -> false, forgotten::add);
        }
        assertThat(forgotten).containsExactlyInAnyOrder("t1", "t2");
        tenants.apply(List.of(config("t2", 5)));
        for (int i = 0; i < Tenants.AGAIN - 1; i++) {
            tenants.forgetRemoved(id -> false, forgotten::add);
        }
        assertThat(forgotten).hasSize(2);
        for (int i = 0; i < 2 * Tenants.AGAIN; i++) {
            tenants.forgetRemoved(id -> false, forgotten::add);
        }
        assertThat(forgotten.subList(2, forgotten.size())).containsExactly("t1");
    }
}
