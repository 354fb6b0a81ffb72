package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Target;
import io.mics.tenant.BackendSettings.OnFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The YAML that is shown of an older server's hooks: it loads, and means the same. */
class TomlHooksTest {
    private String yaml = "";

    @BeforeEach
    void convert() throws IOException {
        try (InputStream in = TomlHooksTest.class.getResourceAsStream("older-hooks.toml")) {
            String toml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            yaml = TomlDocument.parse(toml).map(TomlHooks::asYaml).orElseThrow();
        }
    }

    @Test
    void whatIsShownLoadsAndMeansTheSame() {
        List<HookDefinition> hooks = HooksFileReaderTest.valid(yaml).hooks();
        assertThat(hooks.stream().map(HookDefinition::id))
                .containsExactly(
                        "compliance-text-check@1.0.0",
                        "audit-log-sink@1.0.0",
                        "delivery-metrics@1.0.0",
                        "lenient@1.0.0");
        HookDefinition check = hooks.getFirst();
        assertThat(check.match())
                .isEqualTo(new Match(Set.of("default"), Set.of(), Set.of("single"), Set.of("text", "voice")));
        assertThat(check.policy().timeout().toMillis()).isEqualTo(200);
        assertThat(check.policy().onFailure()).isEqualTo(OnFailure.DENY);
        assertThat(check.priority()).isZero();
        assertThat(check.target())
                .isEqualTo(new Target.Grpc(
                        URI.create("https://hooks.internal.svc:443"),
                        "",
                        Target.Grpc.Contract.FLARE_2025_11_11,
                        Map.of("risk_level", "strict")));
        assertThat(hooks.get(1).policy().timeout().toMillis()).isEqualTo(3_000);
        assertThat(((Target.Webhook) hooks.get(1).target()).extras().headers())
                .isEqualTo(Map.of("X-Service", "flare-im-core"));
        assertThat(hooks.get(2).retry().attempts()).isEqualTo(4);
        assertThat(hooks.get(2).target()).isEqualTo(new Target.Local("builtin_delivery_metrics", Map.of()));
        assertThat(hooks.get(3).policy().onFailure()).isEqualTo(OnFailure.ALLOW);
    }

    @Test
    void whatHasNoEquivalentIsSaidAndWhatIsSecretIsNotShown() {
        assertThat(yaml)
                .doesNotContain("sesame")
                .contains("# capability-runtime has no equivalent")
                .contains("# pre-send compliance-text-check: description has no equivalent (legal wants it)")
                .contains("# pre-send compliance-text-check: selector conversation-types 'channel' has no equivalent")
                .contains("# pre-send compliance-text-check: max_retries has no equivalent")
                .contains("# pre-send compliance-text-check: transport contract says")
                .contains("# post-send audit log sink: is called audit-log-sink here")
                .contains("# post-send audit log sink: transport headers Authorization is not shown here")
                .contains("# post-send audit log sink: require_success and error_policy have no equivalent")
                .contains("# recall by-registry: left out, since its endpoint 'discovery://social-hook' is not")
                .contains("# pre-send channels: left out, since it is for conversation-types [channel] alone")
                .contains("# pre-send off: left out, since it was not enabled");
    }
}
