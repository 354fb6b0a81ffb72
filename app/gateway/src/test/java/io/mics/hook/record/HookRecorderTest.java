package io.mics.hook.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookRecorderTest {
    private static final HookDefinition HOOK =
            Samples.definition(HookPoint.PRE_SEND, new Target.Grpc(URI.create("http://HOSTNAME:1"), ""));
    private static final Deadline SOON = new Deadline(System.nanoTime());
    private static final long LARGE = 64 << 20;

    @TempDir
    Path dir;

    private final Counter dropped = new Metrics().counter(Metric.HOOK_RECORDS_DROPPED, "n1");

    /** Everything that must not be seen is in capitals. */
    private static HookContext context(String sender, String device, String conversation) {
        return new HookContext(
                "t1",
                "shop",
                conversation,
                "single",
                "text",
                sender,
                device,
                Samples.TRACE,
                "KEY" + sender,
                2,
                Samples.AT,
                Map.of("risk", "TAGVALUE"),
                Map.of("feature_version", "1.4.0", "flag", "FLAGVALUE"));
    }

    private static MessageDraft draft(String conversation, byte[] body) {
        return new MessageDraft(
                "MSGID", "ALICE-7", conversation, body, Map.of("lang", "HEADERVALUE"), Map.of("origin", "METAVALUE"));
    }

    private Path file() {
        return dir.resolve("calls.jsonl");
    }

    private HookRecorder recorder(long maxBytes) {
        return HookRecorder.to(file().toString(), maxBytes, dropped);
    }

    private static HookClient client(HookRecorder recorder, HookResult result) {
        return new RecordingClients(new ScriptedHook(draft -> new HookResponse.Answered<>(result)), recorder)
                .open(HOOK);
    }

    private static HookCall read(String line) throws MalformedLineException {
        return HookCallReader.read(line, Samples.AT);
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    @Test
    void nothingThatPeopleWroteOrAreIsInTheFile() throws Exception {
        HookContext context = context("ALICE", "PHONE", "single:ALICE:BOB");
        MessageDraft draft = draft("single:ALICE:BOB", "SECRETBODY".getBytes(UTF_8));
        HookResult changing = new HookResult.Continue(
                draft.withPayload("CHANGEDBODY".getBytes(UTF_8)).withHeaders(Map.of("lang", "OTHERVALUE")),
                Map.of("risk", "NEWTAG"));
        try (HookRecorder recorder = recorder(LARGE);
                HookClient changes = client(recorder, changing);
                HookClient stops = client(recorder, new HookResult.Stop(403, "BADWORD 12!"))) {
            changes.call(context, new PreSendRequest(draft), SOON);
            stops.call(context, new PreSendRequest(draft), SOON);
            stops.call(
                    context,
                    new PostSendRequest(new MessageRecord(
                            "MSGID",
                            "ALICE-7",
                            "single:ALICE:BOB",
                            "ALICE",
                            "single",
                            "text",
                            Samples.AT,
                            draft.payload(),
                            draft.metadata())),
                    SOON);
            stops.call(context, new DeliveryRequest(new DeliveryEvent("MSGID", "BOB", "client", Samples.AT)), SOON);
            RecallEvent recall = new RecallEvent("MSGID", "ALICE", Samples.AT, Map.of("ticket", "HANDEDBACK"));
            stops.call(context, new RecallRequest.Check(recall), SOON);
            stops.call(context, new RecallRequest.Notify(recall), SOON);
            stops.probe(SOON);
        }
        assertThat(new String(Files.readAllBytes(file()), UTF_8)).doesNotContainPattern("[A-Z]{4}");
        assertThat(lines()).hasSize(6);
        assertThat(lines().getFirst()).contains("\"text\":\"xxxxxxxxxx\"", "\"transport\":\"grpc\"", "1.4.0");
        assertThat(dropped.value()).isZero();
    }

    @Test
    void aLineSaysWhatWasAskedAndWhatCameOfIt() throws Exception {
        try (HookRecorder recorder = recorder(LARGE);
                HookClient stops = client(recorder, new HookResult.Stop(403, "no 12!"));
                HookClient changes = client(
                        recorder, new HookResult.Continue(Samples.DRAFT.withPayload(new byte[3]), Map.of("a", "b")))) {
            stops.call(Samples.CONTEXT, new PreSendRequest(Samples.DRAFT), SOON);
            changes.call(Samples.CONTEXT, new PreSendRequest(Samples.DRAFT), SOON);
            stops.call(Samples.CONTEXT, new RecallRequest.Check(Samples.RECALL), SOON);
            stops.call(Samples.CONTEXT, new RecallRequest.Notify(Samples.RECALL), SOON);
            stops.call(Samples.CONTEXT, new DeliveryRequest(Samples.DELIVERY), SOON);
            stops.call(Samples.CONTEXT, new PostSendRequest(Samples.RECORD), SOON);
        }
        HookCall stopped = read(lines().getFirst());
        assertThat(stopped.outcome()).hasToString("stop 403 \"xx 99!\"");
        assertThat(stopped.hook() + "@" + stopped.version()).isEqualTo(HOOK.id());
        assertThat(stopped.context().attempt()).isEqualTo(3);
        assertThat(stopped.context().attributes()).containsEntry("feature_version", "1.4.0");
        PreSendRequest request = (PreSendRequest) stopped.request();
        assertThat(new String(request.draft().payload(), UTF_8)).isEqualTo("xχxxx \"某某\"\n");
        assertThat(request.draft().headers()).isEqualTo(Map.of("lang", "xx"));
        assertThat(request.draft().conversationId())
                .isEqualTo(stopped.context().sessionId())
                .startsWith("single:")
                .contains(stopped.context().sender());
        assertThat(read(lines().get(1)).outcome()).hasToString("allow, changes payload, tags");
        assertThat(read(lines().get(2)).request()).isInstanceOf(RecallRequest.Check.class);
        assertThat(read(lines().get(2)).outcome()).hasToString("allow");
        assertThat(read(lines().get(3)).request()).isInstanceOf(RecallRequest.Notify.class);
        assertThat(read(lines().get(4)).request()).isInstanceOf(DeliveryRequest.class);
        assertThat(read(lines().get(5)).outcome()).hasToString("ok");
    }

    @Test
    void aLineReadsBackAsItWasWritten() throws Exception {
        byte[] binary = {0, (byte) 0xff};
        try (HookRecorder recorder = recorder(LARGE);
                HookClient hook = client(recorder, new HookResult.Stop(1, "a\u2028\"\\\u0001"))) {
            hook.call(Samples.CONTEXT, new PreSendRequest(draft("group:G", binary)), SOON);
            hook.call(Samples.CONTEXT, new PreSendRequest(draft("anything", new byte[0])), SOON);
            hook.call(Samples.CONTEXT, new PreSendRequest(draft("", "\u0000\u2028\"".getBytes(UTF_8))), SOON);
        }
        for (String line : lines()) {
            assertThat(HookCallWriter.line(read(line))).isEqualTo(line);
        }
        assertThat(lines()).hasSize(3);
        assertThat(((PreSendRequest) read(lines().getFirst()).request()).draft().payload())
                .containsExactly(0, 0);
    }

    @Test
    void equalIdsStayEqualInOneFileAndMeanNothingInTheNext() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (HookRecorder recorder = recorder(LARGE);
                    HookClient hook = client(recorder, new HookResult.Continue(Samples.DRAFT))) {
                hook.call(context("a", "d", "single:a:b"), new PreSendRequest(draft("single:a:b", new byte[0])), SOON);
                hook.call(
                        context("", "d", "single:a:b"),
                        new DeliveryRequest(new DeliveryEvent("MSGID", "a", "client", Samples.AT)),
                        SOON);
            }
        }
        HookCall sent = read(lines().get(0));
        HookCall delivered = read(lines().get(1));
        String sender = sent.context().sender();
        assertThat(((DeliveryRequest) delivered.request()).delivery().userId()).isEqualTo(sender);
        assertThat(delivered.context().sessionId()).isEqualTo(sent.context().sessionId());
        assertThat(delivered.context().device())
                .isEqualTo(sent.context().device())
                .isNotEqualTo(sender);
        assertThat(Files.readString(dir.resolve("calls.jsonl.1"))).doesNotContain(sender);
    }

    @Test
    void aFullFileIsMovedAwayAndBegunAnewSoThatDiskUseIsBounded() throws Exception {
        long max = 4 << 10;
        try (HookRecorder recorder = recorder(max);
                HookClient hook = client(recorder, new HookResult.Continue(Samples.DRAFT))) {
            for (int i = 0; i < 50; i++) {
                hook.call(context("a", "d", "single:a:b"), new PreSendRequest(draft("single:a:b", new byte[i])), SOON);
            }
            hook.call(
                    context("a", "d", "single:a:b"),
                    new PreSendRequest(draft("single:a:b", "y".repeat(5_000).getBytes(UTF_8))),
                    SOON);
        }
        Path before = dir.resolve("calls.jsonl.1");
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactlyInAnyOrder(file(), before);
        }
        assertThat(Files.size(file())).isBetween(1L, max);
        assertThat(Files.size(before)).isBetween(max / 2, max);
        String last = lines().getLast();
        assertThat(((PreSendRequest) read(last).request()).draft().payload()).hasSize(49);
        assertThat(read(last).context().sender())
                .isNotEqualTo(
                        read(Files.readAllLines(before).getLast()).context().sender())
                .isEqualTo(read(lines().getFirst()).context().sender());
        assertThat(dropped.value()).as("the one that fits into no file").isEqualTo(1);
    }

    @Test
    void whatMakesNoSenseIsSaidInPlainWords() {
        String whole = "{\"ts\":\"2026-11-21T10:00:00Z\",\"hook\":\"h\",\"version\":\"1.0.0\",\"transport\":\"grpc\",";
        for (String[] bad : new String[][] {
            {"", "not a whole JSON object"},
            {"[]", "not a whole JSON object"},
            {whole, "not a whole JSON object"},
            {"[".repeat(100_000), "not a whole JSON object"},
            {"{}", "no text under \"version\""},
            {whole.replace("1.0.0", "one") + "\"x\":1}", "\"version\" is not one such as 1.4.0"},
            {whole.replace("2026", "x") + "\"x\":1}", "no time under \"ts\""},
            {whole + "\"context\":[]}", "no object under \"context\""},
        }) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> read(bad[0])))
                    .isInstanceOf(MalformedLineException.class)
                    .hasMessage(bad[1]);
        }
    }
}
