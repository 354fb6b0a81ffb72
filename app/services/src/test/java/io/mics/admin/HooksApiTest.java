package io.mics.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.config.ConfigResult;
import io.mics.event.DeadLetters;
import io.mics.hook.config.HookOverrides;
import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksFileReader;
import io.mics.hook.config.MemoryHookOverrides;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.SuspendedHooks;
import io.mics.hook.registry.HookRegistry;
import io.mics.observe.Metrics;
import io.mics.observe.Observability;
import io.mics.observe.TraceBuffer;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.testing.gateway.HookTargets;
import io.mics.testing.gateway.TestPorts;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HooksApiTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FILE = """
        hooks:
          pre-send:
            - {name: first, timeout: 50ms, transport: {type: grpc, endpoint: "http://h:1"}}
            - name: signed
              priority: 200
              transport: {type: webhook, url: "https://h/x?token=sesame", secrets: [sesame, sesame2]}
          post-send:
            - {name: near, transport: {type: local, class: a.B, settings: {api: sesame}}}
        """;

    private final HookTargets targets = new HookTargets();
    private final HookRegistry registry = targets.registry();
    private final MemoryHookOverrides store = new MemoryHookOverrides();
    private final HookOverrides overrides = new HookOverrides(registry, store, read(FILE)).start();
    private volatile Optional<String> fileProblem = Optional.empty();
    private final AdminListener server = serve("");

    private AdminListener serve(String token) {
        HooksApi api = new HooksApi(
                overrides,
                registry,
                targets,
                id -> id.startsWith("t") ? Optional.of("bank") : Optional.empty(),
                () -> fileProblem);
        AdminApi admin = new AdminApi(
                new AdminAuthenticator(token),
                DeadLetters.NONE,
                new TraceBuffer(0, Clock.systemUTC()),
                "node",
                id -> true,
                api,
                rules -> {},
                Optional.empty());
        return AdminListener.start(
                TestPorts.http("internal"),
                TestPorts.ports(),
                admin::route,
                new Observability(new Metrics()).feature());
    }

    private static HooksFile read(String text) {
        return switch (HooksFileReader.read(text, "test")) {
            case ConfigResult.Valid<HooksFile> valid -> valid.value();
            case ConfigResult.Invalid<HooksFile> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    @AfterEach
    void stop() {
        server.close();
        overrides.close();
        registry.close();
    }

    private record Answer(int status, String body) {
        JsonObject json() {
            try (var reader = Json.createReader(new StringReader(body))) {
                return reader.readObject();
            }
        }
    }

    private Answer ask(String method, String path, String body) {
        return ask(server, method, path, body);
    }

    private static Answer ask(AdminListener at, String method, String path, String body) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + "/internal/hooks" + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private JsonObject get(String path) {
        Answer answer = ask("GET", path, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static JsonObject hook(JsonObject from, String id) {
        return from.getJsonArray("hooks").getValuesAs(JsonObject.class).stream()
                .filter(hook -> hook.getString("hook").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void call(String tenant) throws InterruptedException {
        HookContext context = new HookContext(
                tenant,
                "bank",
                "single:a:b",
                "single",
                "text",
                "a",
                "d",
                "0",
                "k",
                1,
                Instant.now(),
                Map.of(),
                Map.of());
        MessageDraft draft = new MessageDraft("m", "c", "single:a:b", new byte[0], Map.of(), Map.of());
        for (var bound :
                registry.boundHooks(HookPoint.PRE_SEND, new MatchInput(tenant, "bank", "single", "text", "a"))) {
            bound.call(context, new PreSendRequest(draft), Deadline.after(Duration.ofSeconds(60)));
        }
    }

    @Test
    void showsATenantsHooksWithStateOutcomesAndCause() throws Exception {
        targets.fails("first", HookResponse.Kind.UNREACHABLE, "nobody listens at http://h:1");
        call("t1");
        JsonObject first = hook(get("/t1"), "first@1.0.0");
        assertThat(first.getString("point")).isEqualTo("pre-send");
        assertThat(first.getString("source")).isEqualTo("file");
        assertThat(first.getString("state")).isEqualTo("DEGRADED");
        assertThat(first.getString("cause")).isEqualTo("nobody listens at http://h:1");
        JsonObject outcome = first.getJsonArray("outcomes").getJsonObject(0);
        assertThat(outcome.getString("result")).isEqualTo("unreachable");
        assertThat(Instant.parse(outcome.getString("at"))).isBeforeOrEqualTo(Instant.now());
        assertThat(hook(get("/t1"), "signed@1.0.0").getString("state")).isEqualTo("HEALTHY");
        assertThat(hook(get("/t2"), "first@1.0.0").getString("state")).isEqualTo("PROBING");
        assertThat(get("/t1").getJsonObject("points").keySet())
                .containsExactlyInAnyOrder("delivery", "recall", "entry", "login", "heartbeat", "logout");
        for (int i = 0; i < 30; i++) {
            call("t1");
        }
        assertThat(hook(get("/t1"), "signed@1.0.0").getJsonArray("outcomes")).hasSize(20);
    }

    @Test
    void showsAHeartbeatHookInAFormThatCanBePutBack() {
        String text = """
            {"hooks": {"heartbeat":
                [{"name": "beats", "sample": 0.25, "transport": {"type": "local", "class": "a.B"}}]}}
            """;
        JsonObject put = hook(ask("PUT", "/t3", text).json(), "beats@1.0.0");
        assertThat(put.getString("point")).isEqualTo("heartbeat");
        JsonObject definition = put.getJsonObject("definition");
        assertThat(definition.getJsonNumber("sample").doubleValue()).isEqualTo(0.25);
        assertThat(hook(get("/t3"), "first@1.0.0").getJsonObject("definition")).doesNotContainKey("sample");
        String again = "{\"hooks\": {\"heartbeat\": [" + definition + "]}}";
        Answer valid = ask("POST", "/validate", again);
        assertThat(valid.json().getBoolean("valid")).as(valid.body()).isTrue();
    }

    @Test
    void showsTheWholeTableAndWhoFindsAHookUnwell() throws Exception {
        targets.fails("first", HookResponse.Kind.TIMEOUT, "no answer within 50 ms");
        call("t1");
        call("t2");
        fileProblem = Optional.of("hooks.yaml is broken");
        JsonObject all = get("");
        assertThat(all.getString("problem")).isEqualTo("hooks.yaml is broken");
        JsonObject first = hook(all, "first@1.0.0");
        assertThat(first.getJsonObject("tenantsByState").getInt("DEGRADED")).isEqualTo(2);
        assertThat(first.getJsonArray("unwell").getJsonObject(0).getString("tenant"))
                .isEqualTo("t1");
        assertThat(hook(all, "signed@1.0.0").getJsonArray("unwell")).isEmpty();
    }

    @Test
    void aDefinitionIsShownUnderTheKeysOfTheFileSoThatItCanBePutBack() {
        JsonObject definition = hook(get("/t1"), "first@1.0.0").getJsonObject("definition");
        assertThat(definition.getString("timeout")).isEqualTo("50ms");
        assertThat(read("{\"hooks\": {\"pre-send\": [" + definition + "]}}").hooks())
                .containsExactly(read(FILE).hooks().getFirst());
        Answer put = ask("PUT", "/t1", "{\t\"hooks\": {\"pre-send\": [{\"name\": \"first\", \"timeout\": \"9ms\"}]}}");
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(ask("GET", "", "").body() + ask("GET", "/t1", "").body())
                .contains("***", "https://h/x?***", "\"api\"")
                .doesNotContain("sesame");
        String wrong = FILE.replace("priority: 200", "priority: x").replace("secrets: [", "secret: [");
        assertThat(ask("POST", "/validate", wrong).body()).contains("priority").doesNotContain("sesame");
        targets.fails("signed", HookResponse.Kind.REFUSED, "401");
        assertThat(ask("POST", "/validate?probe=true", FILE).body())
                .contains("https://h/x?***", "401")
                .doesNotContain("sesame");
    }

    @Test
    void anOverrideIsPutShownAndDropped() {
        Answer put = ask("PUT", "/t1", """
            hooks:
              pre-send:
                - {name: first, timeout: 20ms}
                - {name: signed, enabled: false}
            """);
        assertThat(put.status()).isEqualTo(200);
        assertThat(hook(put.json(), "first@1.0.0").getString("source")).isEqualTo("override");
        assertThat(hook(get("/t1"), "first@1.0.0").getJsonObject("definition").getString("timeout"))
                .isEqualTo("20ms");
        assertThat(get("/t1").getBoolean("overridden")).isTrue();
        assertThat(hook(get("/t2"), "first@1.0.0").getString("source")).isEqualTo("file");
        assertThat(get("").getJsonArray("tenantsWithOverrides").getString(0)).isEqualTo("t1");
        assertThat(hook(get(""), "signed@1.0.0").getJsonArray("notFor").getString(0))
                .isEqualTo("t1");
        assertThat(ask("DELETE", "/t1/signed", "").status()).isEqualTo(200);
        assertThat(ask("DELETE", "/t1/signed", "").status()).isEqualTo(404);
        assertThat(hook(get("/t1"), "signed@1.0.0").getString("source")).isEqualTo("file");
        assertThat(ask("DELETE", "/t1", "").status()).isEqualTo(200);
        assertThat(get("/t1").getBoolean("overridden")).isFalse();
        assertThat(ask("DELETE", "/t1", "").status()).isEqualTo(404);
    }

    @Test
    void aWrongOverrideIsRefusedWithEveryProblem() {
        Answer put = ask("PUT", "/t1", "hooks:\n  pre-send:\n    - name: frist\n      enabled: false\n    - nam: x\n");
        assertThat(put.status()).isEqualTo(400);
        List<JsonObject> problems = put.json().getJsonArray("problems").getValuesAs(JsonObject.class);
        assertThat(problems).hasSizeGreaterThan(2).anySatisfy(problem -> {
            assertThat(problem.getString("field")).isEqualTo("hooks.pre-send[0].name");
            assertThat(problem.getString("hook")).isEqualTo("frist");
            assertThat(problem.getInt("line")).isEqualTo(3);
            assertThat(problem.getString("nearest")).isEqualTo("first");
        });
        assertThat(get("/t1").getBoolean("overridden")).isFalse();
    }

    @Test
    void aTenantThatIsNotThereAndABodyThatIsTooLongAreRefused() {
        assertThat(ask("GET", "/nobody", "").status()).isEqualTo(404);
        assertThat(ask("PUT", "/nobody", "hooks: {}").status()).isEqualTo(404);
        assertThat(ask("PUT", "/t1", "#" + "x".repeat(256 * 1024)).status()).isEqualTo(413);
        assertThat(ask("POST", "/validate", "#" + "x".repeat(256 * 1024 - 1)).status())
                .isEqualTo(200);
        assertThat(ask("POST", "/validate", "#" + "x".repeat(256 * 1024)).status())
                .isEqualTo(413);
        assertThat(ask("POST", "/validate?prob=true", "").status()).isEqualTo(400);
    }

    @Test
    void validatesATextWithoutChangingAnything() {
        JsonObject valid = ask("POST", "/validate", FILE).json();
        assertThat(valid.getBoolean("valid")).isTrue();
        assertThat(valid.getJsonArray("probes")).isEmpty();
        JsonObject invalid = ask("POST", "/validate", FILE + "    - {name: x, tranport: {}}\n")
                .json();
        assertThat(invalid.getBoolean("valid")).isFalse();
        assertThat(invalid.getJsonArray("problems").getValuesAs(JsonObject.class))
                .anySatisfy(
                        problem -> assertThat(problem.getString("nearest")).isEqualTo("hooks.post-send[1].transport"));
        assertThat(registry.definitions()).hasSize(3);
    }

    @Test
    void probesEveryTargetAndSaysWhyOneDoesNotAnswer() {
        targets.fails("first", HookResponse.Kind.UNREACHABLE, "nobody listens at http://h:1");
        int before = targets.closed.size();
        List<JsonObject> probes = ask("POST", "/validate?probe=true", FILE)
                .json()
                .getJsonArray("probes")
                .getValuesAs(JsonObject.class);
        assertThat(probes.stream().map(p -> p.getString("hook") + " " + p.getString("result")))
                .containsExactly("first@1.0.0 unreachable", "signed@1.0.0 ok", "near@1.0.0 ok");
        assertThat(probes.getFirst().getString("cause")).isEqualTo("nobody listens at http://h:1");
        assertThat(probes.getFirst().getJsonNumber("tookMs").doubleValue()).isNotNegative();
        assertThat(targets.closed).hasSize(before + 3);
    }

    @Test
    void probesAtOnceEachForItsTimeoutOrFiveSecondsWhicheverIsShorter() {
        CyclicBarrier together = new CyclicBarrier(3);
        Queue<Duration> left = new ConcurrentLinkedQueue<>();
        targets.probing(deadline -> {
            left.add(deadline.remaining());
            try {
                together.await(50, TimeUnit.SECONDS);
            } catch (BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        });
        String text = FILE.replace("name: near,", "name: near, timeout: 60s,");
        assertThat(ask("POST", "/validate?probe=true", text).json().getJsonArray("probes"))
                .allSatisfy(probe ->
                        assertThat(probe.asJsonObject().getString("result")).isEqualTo("ok"));
        assertThat(left).hasSize(3);
        assertThat(left.stream().max(Duration::compareTo).orElseThrow())
                .isBetween(Duration.ofMillis(51), Duration.ofSeconds(5));
        assertThat(left.stream().min(Duration::compareTo).orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aTargetThatCannotEvenBeProbedIsDistinguishedFromTheOthers() {
        targets.probing(deadline -> {
            throw new IllegalStateException("sesame");
        });
        String body = ask("POST", "/validate?probe=true", FILE).body();
        assertThat(body).contains("could not be probed: IllegalStateException").doesNotContain("sesame");
    }

    @Test
    void aSuspendedHookIsTakenBackIntoService() {
        assertThat(ask("POST", "/t1/none/resume", "").status()).isEqualTo(404);
        assertThat(ask("POST", "/nobody/first/resume", "").body()).contains("\"field\":\"tenant\"");
        assertThat(ask("POST", "/nobody/first/resume", "").status()).isEqualTo(404);
        assertThat(ask("POST", "/t1/first/resume", "").json().getJsonArray("resumed"))
                .isEmpty();
        SuspendedHooks.suspend(registry, "t1", read(FILE).hooks().getFirst(), "rolled back");
        assertThat(hook(get("/t1"), "first@1.0.0").getString("state")).isEqualTo("SUSPENDED");
        assertThat(ask("POST", "/t1/first/resume", "")
                        .json()
                        .getJsonArray("resumed")
                        .getString(0))
                .isEqualTo("first@1.0.0");
        assertThat(hook(get("/t1"), "first@1.0.0").getString("state")).isEqualTo("PROBING");
    }

    @Test
    void answersNobodyWithoutTheTokenOnceOneIsSet() {
        try (AdminListener guarded = serve("open-sesame")) {
            assertThat(ask(guarded, "GET", "", "").status()).isEqualTo(401);
            assertThat(ask(guarded, "GET", "/t1", "").status()).isEqualTo(401);
            assertThat(ask(guarded, "DELETE", "/t1/first", "").status()).isEqualTo(401);
            assertThat(ask(guarded, "POST", "/t1/first/resume", "").status()).isEqualTo(401);
        }
    }
}
