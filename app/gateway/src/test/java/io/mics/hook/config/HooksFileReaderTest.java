package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.Target;
import io.mics.tenant.BackendSettings.OnFailure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hooks.yaml says, and each way of saying it wrong. */
class HooksFileReaderTest {
    private static final String GRPC = "transport: {type: grpc, endpoint: \"http://127.0.0.1:9200\"}";

    static HooksFile valid(String text) {
        return switch (HooksFileReader.read(text, "test")) {
            case ConfigResult.Valid<HooksFile> valid -> valid.value();
            case ConfigResult.Invalid<HooksFile> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private static List<Problem> problems(String text) {
        return switch (HooksFileReader.read(text, "test")) {
            case ConfigResult.Valid<HooksFile> valid -> List.of();
            case ConfigResult.Invalid<HooksFile> invalid -> invalid.problems();
        };
    }

    static Problem only(String text) {
        assertThat(problems(text)).hasSize(1);
        return problems(text).getFirst();
    }

    /** A pre-send hook with these keys besides its name and transport, the first on line 4. */
    static String preSend(String... lines) {
        return "hooks:\n  pre-send:\n    - name: a\n      " + String.join("\n      ", lines) + "\n      " + GRPC + "\n";
    }

    /** A pre-send hook with this transport, on line 4. */
    static String transport(String transport) {
        return "hooks:\n  pre-send:\n    - name: a\n      transport: " + transport + "\n";
    }

    @Test
    void readsEveryKey() {
        HookDefinition hook = valid("""
            hooks:
              pre-send:
                - name: compliance-text
                  version: 1.4.0
                  priority: 10
                  match:
                    {tenants: [t1], business-types: [bank], session-types: [single], message-types: [text]}
                  rollout: {percent: 20, tenants: [t1]}
                  mode: shadow
                  transport: {type: grpc, endpoint: "https://127.0.0.1:9200", ca: /etc/ca.pem}
                  timeout: 50ms
                  concurrency-limit: 7
                  rate-limit: 8
                  on-failure: deny
                  circuit-breaker: {failure-rate: 0.4, slow-call: 6ms, slow-rate: 0.6, window: 50, open: 9s}
                  retry: {attempts: 2, backoff: 1s, multiplier: 1.5, max: 3s, jitter: false}
                  guarantee: at-most-once
            """).hooks().getFirst();
        assertThat(hook.point()).isEqualTo(HookPoint.PRE_SEND);
        assertThat(hook.id()).isEqualTo("compliance-text@1.4.0");
        assertThat(hook.priority()).isEqualTo(10);
        assertThat(hook.match()).isEqualTo(new Match(Set.of("t1"), Set.of("bank"), Set.of("single"), Set.of("text")));
        assertThat(hook.rollout()).isEqualTo(new Rollout(20, Set.of("t1")));
        assertThat(hook.mode()).isEqualTo(HookDefinition.Mode.SHADOW);
        assertThat(hook.target()).isEqualTo(new Target.Grpc(URI.create("https://127.0.0.1:9200"), "/etc/ca.pem"));
        assertThat(hook.policy().timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(hook.policy().concurrencyLimit()).isEqualTo(7);
        assertThat(hook.policy().rateLimit()).isEqualTo(8);
        assertThat(hook.policy().onFailure()).isEqualTo(OnFailure.DENY);
        assertThat(hook.policy().breaker().failureRate()).isEqualTo(0.4);
        assertThat(hook.policy().breaker().slowNanos()).isEqualTo(6_000_000);
        assertThat(hook.policy().breaker().slowRate()).isEqualTo(0.6);
        assertThat(hook.policy().breaker().window()).isEqualTo(50);
        assertThat(hook.policy().breaker().openNanos()).isEqualTo(9_000_000_000L);
        assertThat(hook.retry()).isEqualTo(new Retry(2, Duration.ofSeconds(1), 1.5, Duration.ofSeconds(3), false));
        assertThat(hook.guarantee()).isEqualTo(HookDefinition.Guarantee.AT_MOST_ONCE);
    }

    @Test
    void aHookThatSaysNothingElseHasTheDefaults() {
        HookDefinition hook = valid(preSend()).hooks().getFirst();
        assertThat(hook.id()).isEqualTo("a@1.0.0");
        assertThat(hook.priority()).isEqualTo(100);
        assertThat(hook.match()).isEqualTo(Match.ANY);
        assertThat(hook.rollout()).isEqualTo(Rollout.ALL);
        assertThat(hook.mode()).isEqualTo(HookDefinition.Mode.ENFORCE);
        assertThat(hook.policy().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(hook.policy().concurrencyLimit()).isEqualTo(100);
        assertThat(hook.policy().rateLimit()).isEqualTo(100_000);
        assertThat(hook.policy().onFailure()).isEqualTo(OnFailure.ALLOW);
        assertThat(hook.policy().breaker().failureRate()).isEqualTo(0.3);
        assertThat(hook.retry()).isEqualTo(Retry.DEFAULTS);
    }

    @Test
    void aCallIsSlowByDefaultWhereAMessageWaitsOrAWorkerDoes() {
        HooksFile hooksFile = valid("""
            hooks:
              pre-send:
                - {name: near, transport: {type: local, class: com.example.Near}}
                - {name: far, transport: {type: grpc, endpoint: "http://h:1"}}
              post-send:
                - {name: after, transport: {type: webhook, url: "https://h/x"}}
              recall:
                - {name: back, transport: {type: grpc, endpoint: "http://h:1"}}
            """);
        Map<String, Long> slow = hooksFile.hooks().stream()
                .collect(Collectors.toMap(
                        HookDefinition::name, hook -> hook.policy().breaker().slowNanos()));
        assertThat(slow).isEqualTo(Map.of("near", 5_000_000L, "far", 0L, "after", 500_000_000L, "back", 0L));
        assertThat(hooksFile.hooks().getLast().policy().onFailure()).isEqualTo(OnFailure.DENY);
    }

    @Test
    void readsEveryTransport() {
        HooksFile hooksFile = valid("""
            hooks:
              pre-send:
                - {name: w, transport: {type: webhook, url: "https://h/x", secrets: [new, old], signature: body}}
                - {name: s, transport: {type: webhook, url: "https://h/x", secret: one}}
                - {name: l, transport: {type: local, class: com.example.Near, settings: {region: eu}}}
                - {name: m, transport: {type: mics-http, base-url: "https://h/mics/", secret: s}}
            webhook-targets: {allow: ["*.example.com", 10.0.0.0/8], deny: [10.0.0.1]}
            """);
        assertThat(hooksFile.hooks().stream().map(HookDefinition::target))
                .containsExactly(
                        new Target.Webhook(
                                URI.create("https://h/x"), List.of("new", "old"), Target.Webhook.Signature.BODY, ""),
                        new Target.Webhook(
                                URI.create("https://h/x"), List.of("one"), Target.Webhook.Signature.TIMESTAMPED, ""),
                        new Target.Local("com.example.Near", Map.of("region", "eu")),
                        new Target.MicsHttp("https://h/mics", "s"));
        assertThat(hooksFile.webhookAllow()).containsExactly("*.example.com", "10.0.0.0/8");
        assertThat(hooksFile.webhookDeny()).containsExactly("10.0.0.1");
    }

    @Test
    void hooksKeepTheOrderOfTheFileBeyondTen() {
        String text = IntStream.range(0, 12)
                .mapToObj(i -> "    - {name: h" + i + ", " + GRPC + "}\n")
                .collect(Collectors.joining("", "hooks:\n  delivery:\n", ""));
        assertThat(valid(text).hooks().stream().map(HookDefinition::name))
                .containsExactly("h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10", "h11");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout: 0 | timeout | is not a time from 1ms to 60000ms",
                "timeout: 61s | timeout | is not a time from 1ms to 60000ms",
                "timeout: 50 | timeout | such as 150ms",
                "version: 1.4 | version | is not a version such as 1.4.0",
                "mode: shadwo | mode | is not one of [enforce, shadow]",
                "rollout: {percent: 101} | rollout.percent | is not a whole number from 0 to 100",
                "rollout: {percent: -1} | rollout.percent | is not a whole number from 0 to 100",
                "rollout: {percent: 20%} | rollout.percent | is not a whole number from 0 to 100",
                "match: [t1] | match | is not a section of keys",
                "match: {tenants: t1} | match.tenants | is not a list",
                "match: {tenants: [t+1]} | match.tenants | no tenant id",
                "match: {session-types: [singel]} | match.session-types | is not one of [single, group]",
                "priority: high | priority | is not a whole number",
                "concurrency-limit: -1 | concurrency-limit | is not a whole number from 0",
                "rate-limit: 1.5 | rate-limit | is not a whole number from 0",
                "on-failure: ignore | on-failure | is not one of [allow, deny]",
                "circuit-breaker: {failure-rate: 30} | circuit-breaker.failure-rate | is not a number from 0.0 to 1.0",
                "circuit-breaker: {window: 0} | circuit-breaker.window | is not a whole number from 1",
                "retry: {attempts: 0} | retry.attempts | is not a whole number from 1",
                "retry: {backoff: 2s, max: 1s} | retry.max | is shorter than backoff",
                "retry: {multiplier: 0.5} | retry.multiplier | is not a number from 1.0",
                "guarantee: exactly-once | guarantee | is not one of [at-least-once, at-most-once]",
            })
    void namesTheKeyThatIsWrong(String line, String key, String what) {
        Problem problem = only(preSend(line));
        assertThat(problem.key()).isEqualTo("hooks.pre-send[0]." + key);
        assertThat(problem.what()).contains(what);
        assertThat(problem.hook()).isEqualTo("a");
        assertThat(problem.lineNumber()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | transport.type | is missing; it is one of",
                "{endpoint: 'http://h:1'} | transport.type | is missing; it is one of",
                "{type: grcp, endpoint: 'http://h:1'} | transport.type | is not one of [grpc, webhook,",
                "{type: grpc} | transport.endpoint | is missing",
                "{type: grpc, endpoint: 'http://h'} | transport.endpoint | is not http://host:port",
                "{type: grpc, endpoint: 'h:9200'} | transport.endpoint | is not http://host:port",
                "{type: grpc, endpoint: 'http://h:1/x'} | transport.endpoint | is not http://host:port",
                "{type: grpc, endpoint: 'http://h:1', secret: s} | transport.secret | is not a known key",
                "{type: webhook} | transport.url | is missing",
                "{type: webhook, url: 'ftp://h/x'} | transport.url | is not an http:// or https:// URL",
                "{type: webhook, url: 'https://u:p@h/x'} | transport.url | without user, password and fragment",
                "{type: webhook, url: 'https://h/x', secret: ''} | transport.secret | is empty",
                "{type: webhook, url: 'https://h/x', secret: '***'} | transport.secret | is the mask of a secret",
                "{type: webhook, url: 'https://h/x', secrets: ['']} | transport.secrets | one or two texts",
                "{type: webhook, url: 'https://h/x', secrets: [a, b, c]} | transport.secrets | one or two texts",
                "{type: webhook, url: 'https://h/x', secret: a, secrets: [b]} | transport.secrets | beside secret",
                "{type: webhook, url: 'https://h/x', signature: none} | transport.signature | is not one of",
                "{type: local} | transport.class | is missing",
                "{type: local, class: 'a b'} | transport.class | is not the full name of a class",
                "{type: local, class: a.B, settings: [x]} | transport.settings | is not a section of keys",
                "{type: mics-http} | transport.base-url | is missing",
                "{type: mics-http, base-url: 'https://h/check-message'} | transport.base-url | already ends in",
            })
    void namesWhatIsWrongWithATransport(String transport, String key, String what) {
        Problem problem = only(transport(transport));
        assertThat(problem.key()).isEqualTo("hooks.pre-send[0]." + key);
        assertThat(problem.what()).contains(what);
        assertThat(problem.lineNumber()).isEqualTo(4);
    }

    @Test
    void aHookWithoutTransportOrNameIsAProblem() {
        assertThat(only("hooks:\n  recall:\n    - name: a\n").line())
                .startsWith("hooks.recall[0].transport of hook a: is missing; ")
                .endsWith("(test:3)");
        assertThat(only("hooks:\n  recall:\n    - " + GRPC + "\n").line())
                .isEqualTo("hooks.recall[0].name: is missing (test:3)");
    }

    @Test
    void theProtobufHookIsForPreSendAlone() {
        String text = "hooks: {delivery: [{name: a, transport: {type: mics-http, base-url: \"https://h\"}}]}";
        assertThat(only(text).what())
                .isEqualTo("'mics-http' has no call for delivery; these have: [grpc, webhook, local]");
    }

    @Test
    void theSameVersionTwiceIsAProblemThatNamesBothLines() {
        String hook = "    - {name: a, version: 1.0.0, " + GRPC + "}\n";
        Problem problem = only("hooks:\n  pre-send:\n" + hook + hook);
        assertThat(problem.line())
                .isEqualTo("hooks.pre-send[1] of hook a: version 1.0.0 is there already: hooks.pre-send[0] (test:3)"
                        + " (test:4)");
        assertThat(valid("hooks:\n  pre-send:\n" + hook + "  recall:\n" + hook).hooks())
                .hasSize(2);
    }

    @Test
    void partialRollOutsMayStandSideBySide() {
        String hook = "    - {name: a, version: %s, rollout: {percent: %d}, " + GRPC + "}\n";
        String text = "hooks:\n  pre-send:\n" + hook.formatted("1.0.0", 20) + hook.formatted("1.1.0", 30);
        assertThat(valid(text).hooks()).hasSize(2);
    }

    @Test
    void aVersionThatIsNeverCalledIsANote() {
        String hook = "    - {name: a, version: %s, rollout: {percent: %d}, " + GRPC + "}\n";
        String hidden = "hooks:\n  pre-send:\n" + hook.formatted("1.0.0", 100) + hook.formatted("1.1.0", 100);
        String nobody = "hooks:\n  pre-send:\n" + hook.formatted("1.0.0", 0);
        assertThat(HookWarnings.of(valid(hidden).hooks()))
                .containsExactly("hook pre-send a 1.0.0 is never called: 1.1.0 is newer and for everybody");
        assertThat(HookWarnings.of(valid(nobody).hooks()))
                .containsExactly("hook pre-send a is for nobody: the roll-out of every version is 0 percent");
    }

    @Test
    void anUnknownKeyNamesTheNearestValidOne() {
        assertThat(only(preSend("timout: 5ms")).line())
                .isEqualTo("hooks.pre-send[0].timout of hook a: is not a known key; "
                        + "nearest valid key: hooks.pre-send[0].timeout (test:4)");
        assertThat(only("hooks:\n  pre-sent: []\n").nearest()).isEqualTo("hooks.pre-send");
        assertThat(only("hook: {}\n").nearest()).isEqualTo("hooks");
    }

    @Test
    void aPointThatIsNoListAndAHookThatIsNoSectionAreProblems() {
        assertThat(only("hooks:\n  pre-send: {name: a}\n").line()).isEqualTo("hooks.pre-send: is not a list (test:2)");
        assertThat(problems("hooks:\n  pre-send: [a]\n"))
                .anySatisfy(
                        p -> assertThat(p.line()).isEqualTo("hooks.pre-send[0]: is not a section of keys (test:2)"));
        assertThat(problems(transport("grpc")).getFirst().line())
                .isEqualTo("hooks.pre-send[0].transport of hook a: is not a section of keys (test:4)");
        assertThat(only("- name: a\n").what()).isEqualTo("is not a section of keys");
        assertThat(only("hooks: [a]\n").what()).isEqualTo("is not a section of keys");
    }

    @Test
    void aKeyTwiceIsAProblem() {
        assertThat(only(preSend("timeout: 5ms", "timeout: 6ms")).line())
                .isEqualTo("hooks.pre-send[0].timeout: is there twice (test:5)");
    }

    @Test
    void anAliasIsAProblemSinceAShortTextCouldBecomeAHugeOne() {
        assertThat(only("hooks: &h\n  pre-send: []\nmore: *h\n").line())
                .startsWith("hooks: holds an alias")
                .endsWith("(test:3)");
    }

    @Test
    void whatIsNoYamlIsAProblemWithItsLine() {
        assertThat(only("hooks:\n  pre-send: [\n").lineNumber()).isEqualTo(3);
        assertThat(only("hooks:\n\tpre-send: []\n").line())
                .contains("is not valid YAML at line 2")
                .endsWith("(test:2)");
        assertThat(only("hooks: {}\n---\nhooks: {}\n").line())
                .contains("holds a second document")
                .endsWith("(test:2)");
        assertThat(only("a: ".repeat(3) + "\n").what()).startsWith("is not valid YAML");
        assertThat(only("[".repeat(200)).what()).startsWith("is nested more than 50 deep");
    }

    @Test
    void aTargetOfWebhooksThatIsNoneIsAProblem() {
        assertThat(only("webhook-targets:\n  allow: [a.example.com]\n  deny:\n    - 10.0.0.0/8\n    - 10.0.0.0/33\n")
                        .line())
                .startsWith("webhook-targets.deny[1]: is not an address")
                .endsWith("(test:5)");
    }

    @Test
    void everyProblemIsReportedAtOnceEachWithItsHook() {
        List<Problem> all = problems("""
            hooks:
              pre-send:
                - name: a
                  timeout: 0
                  mode: x
                  transport: {type: grpc}
              post-send:
                - name: b
                  tmeout: 1s
            """);
        assertThat(all.stream().map(p -> p.key() + " " + p.hook() + " " + p.lineNumber()))
                .containsExactlyInAnyOrder(
                        "hooks.pre-send[0].timeout a 4",
                        "hooks.pre-send[0].mode a 5",
                        "hooks.pre-send[0].transport.endpoint a 6",
                        "hooks.post-send[0].transport b 8",
                        "hooks.post-send[0].tmeout b 9");
    }

    @Test
    void aSecretIsNeverPrinted() {
        for (String transport : List.of(
                "{type: webhook, url: 'https://h/x', secret: [sesame]}",
                "{type: webhook, url: 'https://h/x', secrets: sesame}",
                "{type: webhook, url: 'https://h/x?token=sesame#f'}",
                "{type: grpc, endpoint: 'http://u:sesame@h:1'}",
                "{type: mics-http, base-url: 'http://u:sesame@h:1'}",
                "{type: local, class: a.B, settings: {key: [sesame]}}",
                "{type: webhook, url: 'https://h/x', secret: sesame, : }")) {
            assertThat(problems(transport(transport)))
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.line()).doesNotContain("sesame"));
        }
        assertThat(valid(transport("{type: webhook, url: 'https://h/x', secret: sesame}"))
                        .toString())
                .doesNotContain("sesame");
    }

    @Test
    void nothingAtAllIsNoHooks() {
        for (String text : List.of("", "# nothing\n", "hooks:\n", "hooks: {}\n", "hooks: {pre-send: }\n")) {
            assertThat(valid(text).hooks()).as(text).isEmpty();
            assertThat(valid(text).written()).as(text).isEqualTo(text.startsWith("hooks"));
        }
    }
}
