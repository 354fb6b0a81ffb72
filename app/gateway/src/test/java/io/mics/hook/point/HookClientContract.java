package io.mics.hook.point;

import static io.mics.hook.point.Samples.CONTEXT;
import static io.mics.hook.point.Samples.DRAFT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every remote transport does, whatever the wire. */
public abstract class HookClientContract extends HookClientFaults {
    private static final Map<String, Object> YES = Map.of("allow", true);
    private static final Map<String, Object> DONE = Map.of("success", true);

    @Test
    void anAllowedMessageGoesOnAsItWas() throws Exception {
        answer(YES);
        assertThat(preSend())
                .isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Continue(DRAFT)))
                .isEqualTo(preSend());
    }

    @Test
    void aStopKeepsItsCodeAndItsText() throws Exception {
        for (int code : new int[] {4, 4711}) {
            answer(Map.of("allow", false, "status", Map.of("code", code, "message", "pas \"ça\" 🙂")));
            assertThat(preSend())
                    .isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Stop(code, "pas \"ça\" 🙂")));
        }
        answer(Map.of("allow", false));
        assertThat(preSend()).isEqualTo(new HookResponse.Answered<HookResult>(new HookResult.Stop(0, "")));
    }

    @Test
    void aReturnedDraftReplacesAllButTheIdsItLeavesEmpty() throws Exception {
        byte[] payload = {0, 1, (byte) 0xff, '"'};
        Map<String, Object> draft = Map.of(
                "client_message_id",
                "m2",
                "message_id",
                "",
                "payload",
                payload,
                "headers",
                Map.of("h", "1"),
                "metadata",
                Map.of());
        answer(Map.of("allow", true, "draft", draft, "tags", Map.of("seen", "yes")));
        HookResult.Continue changed = (HookResult.Continue) answered(preSend());
        assertThat(changed.tags()).isEqualTo(Map.of("seen", "yes"));
        assertThat(changed.draft())
                .usingRecursiveComparison()
                .isEqualTo(new MessageDraft("7001", "m2", "single:u1:u2", payload, Map.of("h", "1"), Map.of()));
    }

    @Test
    void theServerLearnsWhoseMessageItIs() throws Exception {
        answer(YES);
        preSend();
        FakeHookServer.Call call = calls().remove();
        assertThat(call.point()).isEqualTo("pre-send");
        assertThat(call.at("context.tenant_id")).isEqualTo("t1");
        assertThat(call.at("context.session_id")).isEqualTo("single:u1:u2");
        assertThat(call.at("context.session_type")).isEqualTo("single");
        assertThat(call.at("context.message_type")).isEqualTo("text");
        assertThat(call.at("context.sender_id")).isEqualTo("u1");
        assertThat(call.at("context.trace_id")).isEqualTo(Samples.TRACE);
        assertThat(call.at("context.tags")).isEqualTo(Map.of("risk", "low"));
        assertThat(call.at("context.request_context"))
                .isEqualTo(Map.of("request_id", "key-1", "trace_id", Samples.TRACE));
        assertThat(call.at("context.tenant")).isEqualTo(Map.of("tenant_id", "t1", "business_type", "shop"));
        assertThat(call.at("context.attributes"))
                .isEqualTo(Map.of("feature_version", "1.4.0", "idempotency_key", "key-1", "device_id", "d1"));
        assertThat(call.at("draft.message_id")).isEqualTo("7001");
        assertThat(call.at("draft.client_message_id")).isEqualTo("m1");
        assertThat(call.at("draft.conversation_id")).isEqualTo("single:u1:u2");
        assertThat(call.at("draft.payload")).isEqualTo(DRAFT.payload());
        assertThat(call.at("draft.headers")).isEqualTo(Map.of("lang", "fr"));
        assertThat(call.at("draft.metadata")).isEqualTo(Map.of("origin", "app"));
    }

    @Test
    void aCallCarriesItsKeyItsAttemptAndItsTrace() throws Exception {
        answer(YES);
        preSend();
        Map<String, String> headers = calls().remove().headers();
        assertThat(headers)
                .containsEntry("x-hook-id", "key-1")
                .containsEntry("x-hook-attempt", "3")
                .hasEntrySatisfying(
                        "traceparent",
                        value -> assertThat(value).matches("00-" + Samples.TRACE + "-(?!0{16})[0-9a-f]{16}-01"));
    }

    @Test
    void aPostSendHookGetsBackWhatItAnswered() throws Exception {
        answer(Map.of("success", true, "status", Map.of("code", 1, "details", Map.of("ticket", "42"))));
        assertThat(client.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()))
                .isEqualTo(new HookResponse.Answered<>(Map.of("ticket", "42")));
        FakeHookServer.Call call = calls().remove();
        assertThat(call.point()).isEqualTo("post-send");
        assertThat(call.at("record.message_id")).isEqualTo("7001");
        assertThat(call.at("record.client_message_id")).isEqualTo("m1");
        assertThat(call.at("record.conversation_id")).isEqualTo("single:u1:u2");
        assertThat(call.at("record.sender_id")).isEqualTo("u1");
        assertThat(call.at("record.session_type")).isEqualTo("single");
        assertThat(call.at("record.message_type")).isEqualTo("text");
        assertThat(call.at("record.persisted_at")).isEqualTo(Samples.AT.toString());
        assertThat(call.at("record.metadata")).isEqualTo(Map.of("origin", "app"));
        assertThat(call.at("draft.payload")).isEqualTo("hi".getBytes(UTF_8));
    }

    @Test
    void tooMuchToHandBackIsDroppedAndTheCallIsGood() throws Exception {
        answer(Map.of("success", true, "status", Map.of("details", Map.of("k", "x".repeat(4_096)))));
        assertThat(client.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()))
                .isEqualTo(new HookResponse.Answered<>(Map.of()));
        Map<String, String> most = Map.of("k", "x".repeat(4_095));
        answer(Map.of("success", true, "status", Map.of("details", most)));
        assertThat(client.call(CONTEXT, new PostSendRequest(Samples.RECORD), ample()))
                .isEqualTo(new HookResponse.Answered<>(most));
    }

    @Test
    void aDeliveryHookLearnsTheTypeOfTheAck() throws Exception {
        answer(DONE);
        assertThat(client.call(CONTEXT, new DeliveryRequest(Samples.DELIVERY), ample()))
                .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        FakeHookServer.Call call = calls().remove();
        assertThat(call.point()).isEqualTo("delivery");
        assertThat(call.at("event"))
                .isEqualTo(Map.of(
                        "message_id", "7001",
                        "user_id", "u2",
                        "channel", "push",
                        "delivered_at", Samples.AT.toString(),
                        "metadata", Map.of("ack_type", "push")));
    }

    @Test
    void aRecallHookIsAskedAndThenNotified() throws Exception {
        answer(DONE);
        assertThat(client.call(CONTEXT, new RecallRequest.Check(Samples.RECALL), ample()))
                .isEqualTo(new HookResponse.Answered<>(true));
        assertThat(client.call(CONTEXT, new RecallRequest.Notify(Samples.RECALL), ample()))
                .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        answer(Map.of("success", false));
        assertThat(client.call(CONTEXT, new RecallRequest.Check(Samples.RECALL), ample()))
                .isEqualTo(new HookResponse.Answered<>(false));
        assertThat(calls().stream().map(call -> call.at("context.attributes.phase")))
                .containsExactly("check", "notify", "check");
        assertThat(calls().remove().at("event"))
                .isEqualTo(Map.of(
                        "message_id",
                        "7001",
                        "operator_id",
                        "u1",
                        "recalled_at",
                        Samples.AT.toString(),
                        "metadata",
                        Map.of("ticket", "42")));
    }

    @Test
    void aProbeFindsTheServerAndCallsNoHook() throws Exception {
        answer(YES);
        assertThat(client.probe(ample())).isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        assertThat(calls()).isEmpty();
        server.stop();
        assertThat(client.probe(ample())).isInstanceOf(HookResponse.Failed.class);
    }

    @Test
    void callsAtOnceGetAnswersOfTheirOwn() throws Exception {
        server.answer(call -> Map.of("allow", false, "status", Map.of("message", call.at("draft.client_message_id"))));
        List<Subtask<HookResponse<HookResult>>> responses = new ArrayList<>();
        try (TaskScope scope = TaskScope.open("calls", 64, ample())) {
            for (int i = 0; i < 500; i++) {
                MessageDraft draft = new MessageDraft("", "m" + i, "group:g", new byte[10], Map.of(), Map.of());
                responses.add(scope.fork(() -> client.call(CONTEXT, new PreSendRequest(draft), ample())));
            }
            scope.join();
        }
        for (int i = 0; i < 500; i++) {
            assertThat(answered(responses.get(i).get())).isEqualTo(new HookResult.Stop(0, "m" + i));
        }
    }
}
