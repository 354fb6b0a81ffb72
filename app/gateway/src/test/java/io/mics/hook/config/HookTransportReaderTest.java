package io.mics.hook.config;

import static io.mics.hook.config.HooksFileReaderTest.only;
import static io.mics.hook.config.HooksFileReaderTest.preSend;
import static io.mics.hook.config.HooksFileReaderTest.transport;
import static io.mics.hook.config.HooksFileReaderTest.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hooks.yaml says for servers that were written for other systems. */
class HookTransportReaderTest {
    @Test
    void readsWhatOnlySomeServersNeed() {
        HooksFile hooksFile = valid("""
            hooks:
              pre-send:
                - name: g
                  transport:
                    {type: grpc, endpoint: "http://h:1", contract: flare-2026-03, metadata: {Risk_Level: strict}}
                - name: w
                  transport:
                    type: webhook
                    url: https://h/x
                    secret: s
                    headers: {X-Service: mics}
                    secret-header: x-flare-signature
                    missing-allow: allow
                    metadata: {Risk_Level: strict}
              recall:
                - {name: r, notify: false, transport: {type: grpc, endpoint: "http://h:1"}}
            """);
        assertThat(hooksFile.hooks().stream().map(HookDefinition::target))
                .containsExactly(
                        new Target.Grpc(
                                URI.create("http://h:1"),
                                "",
                                Target.Grpc.Contract.FLARE_2026_03,
                                Map.of("Risk_Level", "strict")),
                        new Target.Webhook(
                                URI.create("https://h/x"),
                                List.of("s"),
                                Target.Webhook.Signature.TIMESTAMPED,
                                "",
                                new Target.Webhook.Extras(
                                        Map.of("X-Service", "mics"),
                                        "x-flare-signature",
                                        Target.Webhook.MissingAllow.ALLOW,
                                        Map.of("Risk_Level", "strict"))),
                        new Target.Grpc(URI.create("http://h:1"), ""));
        assertThat(hooksFile.hooks().stream().map(HookDefinition::notified)).containsExactly(true, true, false);
    }

    @Test
    void aSecretThatIsSentItselfIsWarnedAbout() {
        ConfigResult<HooksFile> read = HooksFileReader.read(
                transport("{type: webhook, url: \"https://h/x\", secret: s, secret-header: X-Secret}"), "test");
        assertThat(((ConfigResult.Valid<HooksFile>) read).notes())
                .singleElement()
                .asString()
                .contains("hook pre-send a 1.0.0 sends its secret itself in X-Secret");
        assertThat(only(preSend("notify: false")).what()).contains("is for hooks of recall");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{type: grpc, endpoint: \"http://h:1\", contract: flare-2} | contract | not one of [flare-2025-11-11,",
                "{type: webhook, url: \"http://h/x\", secret: s, secret-header: A} | secret-header | must be https://",
                "{type: webhook, url: \"https://h/x\", secret-header: A} | secret-header | needs secret",
                "{type: webhook, url: \"https://h/x\", secret: é, secret-header: A} | secret-header | printable ASCII",
                "{type: webhook, url: \"https://h/x\", headers: {Host: a}} | headers.Host | no name for a header",
                "{type: webhook, url: \"https://h/x\", headers: {A: é}} | headers.A | printable ASCII",
                "{type: webhook, url: \"https://h/x\", headers: {A: '***'}} | headers.A | mask of a secret",
                "{type: webhook, url: \"https://h/x\", missing-allow: no} | missing-allow | not one of [deny, allow,",
            })
    void namesWhatIsWrong(String transport, String key, String what) {
        Problem problem = only(transport(transport));
        assertThat(problem.key()).isEqualTo("hooks.pre-send[0].transport." + key);
        assertThat(problem.what()).contains(what);
    }
}
