package io.mics.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.IdForm;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TenantSettingsTest {
    private static TenantSettings of(BackendSettings hooks, List<String> origins) {
        return new TenantSettings(
                hooks,
                new LimitSettings(1, 2, 3, 4, 5),
                OfflineSettings.DEFAULTS,
                Duration.ofSeconds(7),
                TenantSettings.SlowConsumer.DROP_OLDEST,
                false,
                origins,
                9,
                "shop",
                Set.of(DraftField.HEADERS),
                IdForm.STRICT,
                true,
                TenantSettings.Messages.DURABLE,
                DurableSettings.DEFAULTS);
    }

    @Test
    void aCopyWithOneSettingChangedKeepsAllOthers() {
        BackendSettings hooks = BackendSettings.DEFAULTS;
        TenantSettings settings = of(hooks, List.of());
        assertThat(settings.forLoopbackPages()).isEqualTo(of(hooks, List.of(TenantSettings.LOOPBACK)));
        assertThat(settings.withHooks(hooks.at("http://b"))).isEqualTo(of(hooks.at("http://b"), List.of()));
    }

    @Test
    void pagesThatAreNamedAlreadyStayTheOnlyOnes() {
        TenantSettings named = of(BackendSettings.DEFAULTS, List.of("https://a.example"));
        assertThat(named.forLoopbackPages()).isEqualTo(named);
    }
}
