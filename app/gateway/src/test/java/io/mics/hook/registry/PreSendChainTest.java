package io.mics.hook.registry;

import static io.mics.hook.registry.HookFixture.ALLOWS;
import static io.mics.hook.registry.HookFixture.FAILS;
import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.percent;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.hook.SendDecision;
import io.mics.hook.SendDecision.Allowed;
import io.mics.hook.SendDecision.Denied;
import io.mics.hook.TenantBackend;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.HookState;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.HookResult;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.DraftField;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PreSendChainTest {
    private static final int MAX_BODY = 100;
    private final HookFixture hooks = new HookFixture();
    private final HookRegistry registry = new HookRegistry(hooks, hooks);
    private final PreSendChain chain = new PreSendChain(
            new TenantBackend(
                    new Metrics(),
                    (operation, url, request, deadline) -> {
                        throw new AssertionError("the tenant has no backend");
                    },
                    Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of()))),
            registry,
            hooks,
            MAX_BODY,
            Duration.ZERO);
    private TenantSettings settings = TenantSettings.DEFAULTS;

    private SendDecision send(String user) throws InterruptedException {
        Tenant tenant = new Tenant(new TenantConfig("t1", settings, Map.of()));
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId(user)
                .setDeviceId("d1")
                .setMsgId("m1")
                .setToUserId("b")
                .setMsgBody(ByteString.copyFromUtf8("hello"))
                .build();
        return chain.ask(
                tenant, message, "trace", () -> new PendingMessage(tenant, settings, message, "text", "trace", "key"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theFirstThatStopsEndsTheChainAndItsCodeAndWordsStay() throws InterruptedException {
        registry.apply(List.of(hook("a", "1.0.0", 1), hook("b", "1.0.0", 2), hook("c", "1.0.0", 3)));
        hooks.does("b@1.0.0", (context, draft) -> new HookResponse.Answered<>(new HookResult.Stop(4711, "not here")));
        assertThat(send("u")).isEqualTo(new Denied(4711, "not here"));
        assertThat(hooks.called).containsExactly("a@1.0.0", "b@1.0.0");
    }

    @Test
    void aDenialWithoutTextSaysWhoseItIs() throws InterruptedException {
        registry.apply(List.of(hook("guard", "1.0.0", 1)));
        hooks.does("guard@1.0.0", (context, draft) -> new HookResponse.Answered<>(new HookResult.Stop(7, " ")));
        assertThat(send("u")).isEqualTo(new Denied(7, "refused by guard"));
    }

    @Test
    void laterHooksSeeWhatEarlierOnesChangedAndTagged() throws InterruptedException {
        registry.apply(List.of(hook("a", "1.0.0", 1), hook("b", "1.0.0", 2)));
        AtomicReference<String> seen = new AtomicReference<>("");
        hooks.does(
                "a@1.0.0",
                (context, draft) -> new HookResponse.Answered<>(
                        new HookResult.Continue(draft.withPayload(bytes("HELLO")), Map.of("lang", "en"))));
        hooks.does("b@1.0.0", (context, draft) -> {
            seen.set(new String(draft.payload(), StandardCharsets.UTF_8) + context.tags());
            return new HookResponse.Answered<>(new HookResult.Continue(draft));
        });
        Allowed allowed = (Allowed) send("u");
        assertThat(allowed.message().getMsgBody().toStringUtf8()).isEqualTo("HELLO");
        assertThat(allowed.featureVersion()).isEqualTo("a=1.0.0,b=1.0.0");
        assertThat(seen.get()).isEqualTo("HELLO{lang=en}");
        assertThat(hooks.executions.getFirst().changes())
                .containsExactly(
                        new DraftChange(DraftField.PAYLOAD, true, 5, 5), new DraftChange(DraftField.TAGS, true, 0, 1));
    }

    @Test
    void aChangeTheTenantDoesNotAllowHasNoEffectAndIsRecorded() throws InterruptedException {
        settings = new TenantSettings(
                settings.hooks(),
                settings.limits(),
                settings.offline(),
                settings.heartbeat(),
                settings.slowConsumer(),
                settings.echoToSender(),
                settings.origins(),
                settings.maxContentLength(),
                "",
                Set.of(DraftField.HEADERS),
                settings.ids(),
                settings.failuresAsErrors(),
                settings.messages(),
                settings.durable());
        registry.apply(List.of(hook("a", "1.0.0", 1)));
        hooks.does(
                "a@1.0.0",
                (context, draft) ->
                        new HookResponse.Answered<>(new HookResult.Continue(draft.withPayload(bytes("longer!")))));
        assertThat(((Allowed) send("u")).message().getMsgBody().toStringUtf8()).isEqualTo("hello");
        assertThat(hooks.executions.getFirst().changes())
                .containsExactly(new DraftChange(DraftField.PAYLOAD, false, 5, 7));
    }

    @Test
    void aDraftThatGrowsBeyondTheLimitIsAFailedCall() throws InterruptedException {
        registry.apply(List.of(hook("a", "1.0.0", 1)));
        hooks.does(
                "a@1.0.0",
                (context, draft) -> new HookResponse.Answered<>(
                        new HookResult.Continue(draft.withPayload(new byte[MAX_BODY + 1]))));
        assertThat(((Allowed) send("u")).message().getMsgBody().toStringUtf8()).isEqualTo("hello");
        assertThat(hooks.executions.getFirst().result()).isEqualTo("undecodable");
        hooks.does(
                "a@1.0.0",
                (context, draft) ->
                        new HookResponse.Answered<>(new HookResult.Continue(draft.withPayload(new byte[MAX_BODY]))));
        assertThat(((Allowed) send("u")).message().getMsgBody().size()).isEqualTo(MAX_BODY);
    }

    @Test
    void aHookThatFailsAllowsOrDeniesAsConfigured() throws InterruptedException {
        hooks.does("a@1.0.0", FAILS);
        HookDefinition allowing = hook("a", "1.0.0", 1);
        registry.apply(List.of(allowing));
        assertThat(send("u")).isInstanceOf(Allowed.class);
        HookPolicy policy = allowing.policy();
        registry.apply(List.of(with(
                allowing,
                new HookPolicy(
                        policy.timeout(),
                        policy.concurrencyLimit(),
                        policy.rateLimit(),
                        OnFailure.DENY,
                        policy.breaker()))));
        assertThat(send("u")).isEqualTo(new Denied(0, "hook degraded"));
    }

    @Test
    void aShadowIsCalledAndRecordedAndChangesNothing() throws InterruptedException {
        registry.apply(List.of(with(hook("a", "1.0.0", 1), HookDefinition.Mode.SHADOW)));
        hooks.does("a@1.0.0", (context, draft) -> new HookResponse.Answered<>(new HookResult.Stop(1, "no")));
        Allowed allowed = (Allowed) send("u");
        assertThat(allowed.featureVersion()).isEmpty();
        assertThat(hooks.executions)
                .singleElement()
                .extracting(HookExecution::result)
                .isEqualTo("stop");
    }

    @Test
    void aFailingCanaryIsStoodInForAndRollsItselfBackWithoutAFailedMessage() throws InterruptedException {
        HookDefinition canary = with(hook("a", "2.0.0", 1), percent(99));
        registry.apply(List.of(canary, hook("a", "1.0.0", 1)));
        hooks.does("a@2.0.0", FAILS);
        hooks.does("a@1.0.0", ALLOWS);
        for (int i = 0; i < 100; i++) {
            assertThat(send("user-" + i)).isInstanceOf(Allowed.class);
        }
        assertThat(hooks.called.stream().filter("a@1.0.0"::equals)).hasSize(100);
        assertThat(hooks.called.stream().filter("a@2.0.0"::equals)).hasSizeLessThan(10);
        assertThat(hooks.rolledBack).singleElement().asString().contains("t1 a@2.0.0", "500 from nowhere");
        assertThat(registry.health("t1", canary).state()).isEqualTo(HookState.SUSPENDED);
        assertThat(hooks.circuits.get("t1 a"))
                .isNotNull()
                .satisfies(circuit -> assertThat(circuit.getAsLong()).isEqualTo(2));
        hooks.does("a@2.0.0", ALLOWS);
        registry.apply(List.of(with(canary, percent(98)), hook("a", "1.0.0", 1)));
        assertThat(registry.health("t1", registry.definitions().getFirst()).state())
                .isNotEqualTo(HookState.SUSPENDED);
    }
}
