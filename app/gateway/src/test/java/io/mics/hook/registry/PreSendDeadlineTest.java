package io.mics.hook.registry;

import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.SendDecision;
import io.mics.hook.SendDecision.Allowed;
import io.mics.hook.SendDecision.Denied;
import io.mics.hook.TenantBackend;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** All pre-send hooks of a message have a deadline together. */
class PreSendDeadlineTest {
    private static final Duration ALTOGETHER = Duration.ofMillis(200);

    private final HookFixture hooks = new HookFixture();
    private final HookRegistry registry = new HookRegistry(hooks, hooks);
    private final AtomicReference<HookContext> seen = new AtomicReference<>();

    private SendDecision send(Duration altogether) throws InterruptedException {
        PreSendChain chain = new PreSendChain(
                new TenantBackend(
                        new Metrics(),
                        (o, u, r, d) -> {
                            throw new AssertionError("the tenant has no backend");
                        },
                        Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of()))),
                registry,
                hooks,
                0,
                altogether);
        Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("u")
                .setMsgId("m1")
                .setToUserId("b")
                .build();
        return chain.ask(
                tenant,
                message,
                "trace",
                () -> new PendingMessage(tenant, tenant.settings(), message, "text", "trace", "key"));
    }

    private void slowFirst(OnFailure second) {
        HookDefinition later = hook("later", "1.0.0", 2);
        HookPolicy policy = later.policy();
        registry.apply(List.of(
                hook("slow", "1.0.0", 1),
                with(
                        later,
                        new HookPolicy(
                                policy.timeout(),
                                policy.concurrencyLimit(),
                                policy.rateLimit(),
                                second,
                                policy.breaker()))));
        hooks.does("slow@1.0.0", (context, draft) -> {
            seen.set(context);
            try {
                Thread.sleep(ALTOGETHER.multipliedBy(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new HookResponse.Answered<>(new HookResult.Continue(draft));
        });
    }

    @Test
    void whatIsLeftOverFollowsEachHooksOwnRuleAndIsNotCalled() throws InterruptedException {
        slowFirst(OnFailure.ALLOW);
        assertThat(send(ALTOGETHER)).isInstanceOf(Allowed.class);
        slowFirst(OnFailure.DENY);
        assertThat(send(ALTOGETHER)).isEqualTo(new Denied(0, "hook degraded"));
        assertThat(hooks.called).containsExactly("slow@1.0.0", "slow@1.0.0");
        assertThat(hooks.executions.getLast().cause()).contains("hooks.pre-send-deadline");
        assertThat(hooks.executions.getLast().result()).isEqualTo("timeout");
    }

    @Test
    void aHookIsGivenNoMoreThanWhatIsLeft() throws InterruptedException {
        slowFirst(OnFailure.ALLOW);
        Instant before = Instant.now();
        assertThat(send(ALTOGETHER)).isInstanceOf(Allowed.class);
        assertThat(seen.get().deadline()).isBefore(before.plus(Duration.ofSeconds(4)));
    }

    @Test
    void zeroIsNoLimitButEachHooksOwn() throws InterruptedException {
        slowFirst(OnFailure.DENY);
        assertThat(send(Duration.ZERO)).isInstanceOf(Allowed.class);
        assertThat(hooks.called).containsExactly("slow@1.0.0", "later@1.0.0");
    }
}
