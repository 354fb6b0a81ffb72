package io.mics.hook.registry;

import static io.mics.hook.registry.HookFixture.at;
import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.percent;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.HookState;
import io.mics.hook.policy.Match;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookContext;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectHooksTest {
    private static final ConnectDecision<Tenant> UNAVAILABLE =
            new Refused<>(CloseCode.LIMIT_REACHED, "entry unavailable");

    private final HookFixture hooks = new HookFixture();
    private final HookRegistry registry = new HookRegistry(hooks, hooks);
    private final ConnectHooks connect = new ConnectHooks(registry, hooks);
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final ConnectDecision<Tenant> allowed = new ConnectDecision.Accepted<>(tenant);

    private static HookDefinition entry(String name, String version, int priority) {
        return at(HookPoint.ENTRY, 1, hook(name, version, priority));
    }

    private static HookDefinition denyingOnFailure(HookDefinition d) {
        HookPolicy p = d.policy();
        return with(d, new HookPolicy(p.timeout(), p.concurrencyLimit(), p.rateLimit(), OnFailure.DENY, p.breaker()));
    }

    private ConnectDecision<Tenant> enter(String device) throws InterruptedException {
        return connect.entry(tenant, "192.0.2.7", device, "trace");
    }

    private static HookResponse<Admission> deny(HookContext context) {
        return new HookResponse.Answered<>(new Admission.Deny("not from here"));
    }

    private static HookResponse<Admission> fail(HookContext context) {
        return new HookResponse.Failed<>(HookResponse.Kind.ERROR, "500 from nowhere");
    }

    private List<String> results() {
        return hooks.executions.stream()
                .map(e -> e.point().label() + " " + e.hook() + " " + e.result() + " " + e.cause())
                .toList();
    }

    @Test
    void theFirstNoEndsTheChainAndItsWordsStay() throws InterruptedException {
        registry.apply(List.of(entry("c", "1.0.0", 3), entry("a", "1.0.0", 1), entry("b", "1.0.0", 2)));
        hooks.admits("b@1.0.0", ConnectHooksTest::deny);
        assertThat(enter("d1")).isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "not from here"));
        assertThat(results()).containsExactly("entry a allow ", "entry b stop not from here");
    }

    @Test
    void oneThatFailsAllowsOrDeniesAsConfigured() throws InterruptedException {
        hooks.admits("a@1.0.0", ConnectHooksTest::fail);
        registry.apply(List.of(entry("a", "1.0.0", 1)));
        assertThat(enter("d1")).isEqualTo(allowed);
        registry.apply(List.of(denyingOnFailure(entry("a", "1.0.0", 1))));
        assertThat(enter("d1")).isEqualTo(UNAVAILABLE);
        assertThat(results()).containsOnly("entry a error 500 from nowhere");
    }

    @Test
    void itsBreakerItsRateAndItsHealthAreThoseOfEveryHook() throws InterruptedException {
        HookDefinition a = denyingOnFailure(entry("a", "1.0.0", 1));
        hooks.admits("a@1.0.0", ConnectHooksTest::fail);
        registry.apply(List.of(a));
        for (int i = 0; i < 10; i++) {
            assertThat(enter("d1")).isEqualTo(UNAVAILABLE);
        }
        assertThat(results())
                .endsWith("entry a circuit_open too many calls failed or were slow; not called for a while");
        assertThat(registry.health("t1", a).state()).isEqualTo(HookState.OPEN);
        assertThat(hooks.called).hasSizeLessThan(10);
        HookPolicy p = a.policy();
        registry.apply(
                List.of(with(entry("b", "1.0.0", 1), new HookPolicy(p.timeout(), 1, 1, OnFailure.DENY, p.breaker()))));
        assertThat(List.of(enter("d1"), enter("d1"), enter("d1"))).contains(allowed, UNAVAILABLE);
    }

    @Test
    void aShadowIsCalledAndRecordedAndDeniesNothing() throws InterruptedException {
        registry.apply(List.of(with(denyingOnFailure(entry("a", "1.0.0", 1)), HookDefinition.Mode.SHADOW)));
        hooks.admits("a@1.0.0", ConnectHooksTest::deny);
        assertThat(enter("d1")).isEqualTo(allowed);
        hooks.admits("a@1.0.0", ConnectHooksTest::fail);
        assertThat(enter("d1")).isEqualTo(allowed);
        assertThat(results()).containsExactly("entry a stop not from here", "entry a error 500 from nowhere");
    }

    @Test
    void aFailingCanaryIsStoodInForAndRollsItselfBack() throws InterruptedException {
        HookDefinition canary = with(entry("a", "2.0.0", 1), percent(99));
        registry.apply(List.of(canary, denyingOnFailure(entry("a", "1.0.0", 1))));
        hooks.admits("a@2.0.0", ConnectHooksTest::fail);
        for (int i = 0; i < 100; i++) {
            assertThat(enter("device-" + i)).isEqualTo(allowed);
        }
        assertThat(hooks.called.stream().filter("a@1.0.0"::equals)).hasSize(100);
        assertThat(hooks.rolledBack).singleElement().asString().contains("t1 a@2.0.0", "500 from nowhere");
    }

    @Test
    void isGivenWhoConnectsAsFarAsThatIsKnown() throws InterruptedException {
        List<HookContext> given = new ArrayList<>();
        registry.apply(List.of(entry("a", "1.0.0", 1), at(HookPoint.LOGIN, 1, hook("b", "1.0.0", 1))));
        for (String id : List.of("a@1.0.0", "b@1.0.0")) {
            hooks.admits(id, context -> {
                given.add(context);
                return new HookResponse.Answered<>(new Admission.Allow());
            });
        }
        assertThat(enter("d1")).isEqualTo(allowed);
        assertThat(connect.login(tenant, "192.0.2.7", "u1", "d2", "trace")).isEqualTo(allowed);
        assertThat(given.stream().map(c -> c.tenant() + "|" + c.sender() + "|" + c.device() + "|" + c.traceId()))
                .containsExactly("t1||d1|trace", "t1|u1|d2|trace");
        assertThat(given.stream().map(HookContext::idempotencyKey)).doesNotHaveDuplicates();
    }

    @Test
    void hooksOfOtherTenantsAndPointsAreNotAsked() throws InterruptedException {
        registry.apply(List.of(
                hook("a", "1.0.0", 1),
                with(entry("b", "1.0.0", 1), new Match(Set.of("t2"), Set.of(), Set.of(), Set.of()))));
        assertThat(enter("d1")).isEqualTo(allowed);
        assertThat(connect.login(tenant, "192.0.2.7", "u1", "d1", "trace")).isEqualTo(allowed);
        assertThat(hooks.called).isEmpty();
    }
}
