package io.mics.admin.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.grpc.WireHookServer;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.FakeHookServer;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.hook.record.HookRecorder;
import io.mics.hook.record.RecordingClients;
import io.mics.hook.record.ScriptedHook;
import io.mics.hook.webhook.JsonHookServer;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.testing.node.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("engine")
class ReplayCommandTest {
    private static final String[] BODIES = {"fine", "stop me!", "change me?", "fail me.", "fine, too"};

    @TempDir
    Path dir;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Queue<FakeHookServer.Call> calls = new ConcurrentLinkedQueue<>();
    private Path file;

    /** What the version that is recorded does. */
    private static HookResponse<HookResult> first(MessageDraft draft) {
        String body = new String(draft.payload(), UTF_8);
        return body.endsWith("!")
                ? new HookResponse.Answered<>(new HookResult.Stop(403, "no way, 7"))
                : body.endsWith("?")
                        ? new HookResponse.Answered<>(new HookResult.Continue(draft.withPayload("***".getBytes(UTF_8))))
                        : body.endsWith(".")
                                ? new HookResponse.Failed<>(HookResponse.Kind.TIMEOUT, "no answer")
                                : new HookResponse.Answered<>(new HookResult.Continue(draft));
    }

    @BeforeEach
    void record() throws Exception {
        file = dir.resolve("calls.jsonl");
        Target target = new Target.Grpc(URI.create("http://127.0.0.1:1"), "");
        try (HookRecorder recorder = HookRecorder.to(
                        file.toString(), 1 << 20, new Metrics().counter(Metric.HOOK_RECORDS_DROPPED, "n1"));
                HookClient hook = new RecordingClients(new ScriptedHook(ReplayCommandTest::first), recorder)
                        .open(Samples.definition(HookPoint.PRE_SEND, target))) {
            Deadline soon = new Deadline(System.nanoTime());
            for (String body : BODIES) {
                hook.call(Samples.CONTEXT, new PreSendRequest(Samples.DRAFT.withPayload(body.getBytes(UTF_8))), soon);
            }
            hook.call(Samples.CONTEXT, new RecallRequest.Check(Samples.RECALL), soon);
            hook.call(Samples.CONTEXT, new DeliveryRequest(Samples.DELIVERY), soon);
            hook.call(Samples.CONTEXT, new PostSendRequest(Samples.RECORD), soon);
            hook.call(Samples.CONTEXT, new RecallRequest.Notify(Samples.RECALL), soon);
        }
    }

    /** Decides as the first version does; it answers what that one did not. */
    private Map<String, Object> same(FakeHookServer.Call call) {
        calls.add(call);
        if (!call.point().equals("pre-send")) {
            return call.point().equals("recall") ? Map.of("allow", true, "success", true) : Map.of("success", true);
        }
        String body = new String((byte[]) call.at("draft.payload"), UTF_8);
        return body.endsWith("!")
                ? Map.of("allow", false, "status", Map.of("code", 403, "message", "so not, 5"))
                : body.endsWith("?")
                        ? Map.of("allow", true, "draft", Map.of("payload", "**".getBytes(UTF_8)))
                        : Map.of("allow", true);
    }

    private Map<String, Object> other(FakeHookServer.Call call) {
        if (call.point().equals("recall")) {
            return Map.of("allow", false, "success", false);
        }
        Map<String, Object> same = same(call);
        String body = call.point().equals("pre-send") ? new String((byte[]) call.at("draft.payload"), UTF_8) : "";
        return body.endsWith("!")
                ? Map.of("allow", false, "status", Map.of("code", 7, "message", "nope\u001b[2J"))
                : body.endsWith("?") ? Map.of("allow", true) : same;
    }

    private int replay(String... more) {
        String[] arguments = Stream.concat(Stream.of("hooks", "replay", file.toString()), Stream.of(more))
                .toArray(String[]::new);
        return CommandRun.in(CommandRun.terminal(InputStream.nullInputStream(), out, err, Map.of()), arguments);
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private static String url(FakeHookServer server) {
        return "http://127.0.0.1:" + server.port() + "/hook";
    }

    private static FakeHookServer webhook(FakeHookServer.Answering answering) throws Exception {
        FakeHookServer server = new JsonHookServer(Optional.empty());
        server.answer(answering);
        return server;
    }

    /** Takes the one call out that was never answered, which nothing can be the same as. */
    private void withoutTheUnanswered() throws Exception {
        Files.write(
                file,
                Files.readAllLines(file).stream()
                        .filter(line -> !line.contains("timeout"))
                        .toList());
    }

    @Test
    void aVersionThatDecidesTheSameIsSaidToAndExitsWithNought() throws Exception {
        withoutTheUnanswered();
        try (FakeHookServer server = webhook(this::same)) {
            assertThat(replay("--target", url(server), "--concurrency", "1"))
                    .as(printed())
                    .isZero();
        }
        assertThat(printed()).isEqualTo("same 8, different 0, failed 0, skipped 0" + System.lineSeparator());
        assertThat(calls).hasSize(8);
        FakeHookServer.Call call = calls.element();
        assertThat(call.at("metadata.hook")).isEqualTo("sample");
        assertThat(call.at("metadata.attempt")).isEqualTo("3");
        assertThat(call.at("context.attributes.feature_version")).isEqualTo("1.4.0");
        assertThat(call.at("draft.headers")).isEqualTo(Map.of("lang", "xx"));
        assertThat(call.at("context.tenant_id")).isEqualTo("t1");
    }

    @Test
    void everyDifferenceIsALineInTheOrderOfTheFile() throws Exception {
        try (FakeHookServer server = webhook(this::other)) {
            assertThat(replay("--target", url(server), "--concurrency", "3")).isEqualTo(1);
        }
        assertThat(printed().lines())
                .containsExactly(
                        "line 2: sample@1.0.0 pre-send: stop 403 \"xx xxx, 9\" -> stop 7 \"nope?[2J\"",
                        "line 3: sample@1.0.0 pre-send: allow, changes payload -> allow",
                        "line 4: sample@1.0.0 pre-send: timeout -> allow",
                        "line 6: sample@1.0.0 recall: allow -> deny",
                        "same 5, different 4, failed 0, skipped 0");
    }

    @Test
    void aTargetWhereNothingListensIsUnavailable() throws Exception {
        String gone;
        try (FakeHookServer server = webhook(this::same)) {
            gone = url(server);
        }
        assertThat(replay("--target", gone, "--concurrency", "1")).isEqualTo(69);
        assertThat(printed()).contains("same 0, different 0, failed 9, skipped 0");
    }

    @Test
    void whatIsNotAnsweredCountsAsFailedWhateverItWasThen() throws Exception {
        try (FakeHookServer server = webhook(call -> {
            throw new IllegalStateException("broken");
        })) {
            assertThat(replay("--target", url(server), "--concurrency", "1")).isEqualTo(1);
        }
        assertThat(printed().lines())
                .hasSize(BODIES.length + 5)
                .contains("same 0, different 0, failed 9, skipped 0")
                .anyMatch(line -> line.startsWith("line 4: sample@1.0.0 pre-send: timeout -> error: 500 from http://"));
    }

    @Test
    void linesThatAreNoCallsAreNamedAndSkippedAndSoIsOneThatWasCutShort() throws Exception {
        withoutTheUnanswered();
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, lines.getFirst() + "\n{\"hook\": 7}\nnonsense\n" + lines.get(1) + "\n");
        String last = lines.get(2);
        Files.writeString(file, last.substring(0, last.length() / 2), StandardOpenOption.APPEND);
        try (FakeHookServer server = webhook(this::same)) {
            assertThat(replay("--target", url(server))).as(printed()).isZero();
        }
        assertThat(printed().lines())
                .containsExactly(
                        "line 2: skipped: no text under \"version\"",
                        "line 3: skipped: not a whole JSON object",
                        "line 5: skipped: not a whole JSON object",
                        "same 2, different 0, failed 0, skipped 3");
    }

    @Test
    void grpcTargetsAreAskedTheSame() throws Exception {
        withoutTheUnanswered();
        try (FakeHookServer server = new WireHookServer(Optional.empty())) {
            server.answer(this::grpc);
            assertThat(replay("--target", "http://127.0.0.1:" + server.port(), "--transport", "grpc"))
                    .isEqualTo(1);
        }
        assertThat(printed().lines())
                .containsExactly(
                        "line 4: sample@1.0.0 pre-send: allow -> stop 7 \"too many\"",
                        "same 7, different 1, failed 0, skipped 0");
        assertThat(calls).anyMatch(call -> "1.4.0".equals(call.at("context.attributes.feature_version")));
    }

    /** As over the other transport; but a draft that is answered is a whole one. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> grpc(FakeHookServer.Call call) {
        Map<String, Object> answer = same(call);
        if (!call.point().equals("pre-send")) {
            return Map.of("success", true);
        }
        Map<String, Object> draft = new HashMap<>((Map<String, Object>) Objects.requireNonNull(call.at("draft")));
        draft.put("payload", new byte[2]);
        return new String((byte[]) call.at("draft.payload"), UTF_8).equals("xxxx, xxx")
                ? Map.of("allow", false, "status", Map.of("code", 7, "message", "too many"))
                : answer.containsKey("draft") ? Map.of("allow", true, "draft", draft) : answer;
    }

    @Test
    void onlyTheHookThatIsNamedIsReplayedAndNothingToCompareIsNoSuccess() throws Exception {
        withoutTheUnanswered();
        try (FakeHookServer server = webhook(this::same)) {
            assertThat(replay("--target", url(server), "--hook", "sample@1.0.0"))
                    .isZero();
            assertThat(replay("--target", url(server), "--hook", "sample@1.0.1"))
                    .isEqualTo(1);
        }
        assertThat(calls).hasSize(8);
        assertThat(printed()).endsWith("failed 0, skipped 0; nothing to compare" + System.lineSeparator());
    }

    @Test
    void callsAreSignedWithTheSecret() throws Exception {
        try (FakeHookServer server = webhook(this::same)) {
            replay("--target", url(server), "--secret", "s3cret");
        }
        assertThat(calls).allSatisfy(call -> assertThat(call.headers()).containsKey("x-hook-signature"));
    }

    @Test
    void aWrongCommandLineIsExplained() throws Exception {
        String[][] wrong = {
            {},
            {"--target"},
            {"--target", "ftp://h/x"},
            {"--target", "::"},
            {"--target", "http://h", "--transport", "local"},
            {"--target", "http://h", "--transport", "grpc", "--secret", "s"},
            {"--target", "http://h", "--concurrency", "0"},
            {"--target", "http://h", "second"},
            {"--target", "http://h", "--colour"},
        };
        for (String[] arguments : wrong) {
            err.reset();
            assertThat(replay(arguments)).as(String.join(" ", arguments)).isEqualTo(64);
            assertThat(err.toString(UTF_8)).contains("java -jar mics.jar hooks replay --help says");
        }
        file = dir.resolve("missing");
        assertThat(replay("--target", "http://h")).isEqualTo(64);
        assertThat(err.toString(UTF_8)).contains("missing cannot be read");
        assertThat(printed()).isEmpty();
    }
}
