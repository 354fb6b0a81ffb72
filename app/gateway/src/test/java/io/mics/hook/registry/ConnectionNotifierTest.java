package io.mics.hook.registry;

import static io.mics.hook.registry.HookFixture.at;
import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookPolicy;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.testing.Await;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionNotifierTest {
    private final HookFixture hooks = new HookFixture();
    private final HookRegistry registry = new HookRegistry(hooks, hooks);
    private final Metrics metrics = new Metrics();
    private final Set<String> hanging = new HashSet<>();
    private final ConnectionNotifier notifier = new ConnectionNotifier(registry, hooks, metrics);

    private static HookDefinition listener(double sample) {
        HookDefinition usual = at(HookPoint.HEARTBEAT, sample, hook("stats", "1.0.0", 1));
        HookPolicy p = usual.policy();
        return with(usual, new HookPolicy(p.timeout(), 0, 0, p.onFailure(), p.breaker()));
    }

    private void beat(String tenant) {
        notifier.heartbeat(
                new Tenant(new TenantConfig(tenant, TenantSettings.DEFAULTS, Map.of())), "u1", "d1", "trace");
    }

    /** The hook answers this tenant's calls only after {@code end}. */
    private void hangs(String tenant, CountDownLatch end) {
        hanging.add(tenant);
        hooks.acknowledges("stats@1.0.0", context -> {
            if (hanging.contains(context.tenant())) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
        });
    }

    private long dropped(String tenant) {
        return metrics.counter(Metric.HOOK_NOTICES_DROPPED, tenant, "heartbeat", "queue_full")
                .value();
    }

    @Test
    void notifiesOfTheConfiguredShare() {
        registry.apply(List.of(listener(0.25)));
        for (int i = 0; i < 2_000; i++) {
            beat("t1");
        }
        Await.until("all notified", () -> hooks.executions.size() + dropped("t1") > 400);
        assertThat(hooks.executions.size() + dropped("t1")).isLessThan(600);
        assertThat(hooks.executions).allSatisfy(e -> assertThat(e.result()).isEqualTo("ok"));
    }

    @Test
    void notifiesOfNothingWithoutAHookOrAShare() {
        CountDownLatch end = new CountDownLatch(1);
        hangs("t1", end);
        beat("t1");
        registry.apply(List.of(listener(0), hook("other", "1.0.0", 1)));
        for (int i = 0; i < ConnectionNotifier.PER_TENANT; i++) {
            beat("t1");
        }
        registry.apply(List.of(listener(1)));
        for (int i = 0; i < ConnectionNotifier.PER_TENANT; i++) {
            beat("t1");
        }
        assertThat(dropped("t1")).as("no permit was taken before").isZero();
        end.countDown();
        Await.until("all ended", () -> hooks.executions.size() == ConnectionNotifier.PER_TENANT);
    }

    @Test
    void allTenantsTogetherHaveSoManyPermits() {
        CountDownLatch end = new CountDownLatch(1);
        int full = ConnectionNotifier.IN_ALL / ConnectionNotifier.PER_TENANT;
        for (int tenant = 0; tenant < full; tenant++) {
            hangs("t" + tenant, end);
        }
        registry.apply(List.of(listener(1)));
        for (int tenant = 0; tenant < full; tenant++) {
            for (int i = 0; i < ConnectionNotifier.PER_TENANT; i++) {
                beat("t" + tenant);
            }
            assertThat(dropped("t" + tenant)).isZero();
        }
        beat("late");
        assertThat(dropped("late")).isEqualTo(1);
        end.countDown();
        Await.until("all ended", () -> hooks.executions.size() == ConnectionNotifier.IN_ALL);
        beat("late");
        Await.until("there is room again", () -> hooks.executions.size() == ConnectionNotifier.IN_ALL + 1);
    }

    @Test
    void aHookThatHangsHoldsNobodyBackAndWhatIsTooMuchIsDroppedAndCounted() {
        CountDownLatch end = new CountDownLatch(1);
        hangs("sick", end);
        registry.apply(List.of(listener(1)));
        for (int i = 0; i < ConnectionNotifier.PER_TENANT + 10; i++) {
            beat("sick");
        }
        assertThat(dropped("sick")).isEqualTo(10);
        beat("well");
        Await.until("the other's hook is notified", () -> hooks.executions.size() == 1);
        assertThat(hooks.executions.getFirst().tenant()).isEqualTo("well");
        end.countDown();
        Await.until("all ended", () -> hooks.executions.size() == ConnectionNotifier.PER_TENANT + 1);
        beat("sick");
        Await.until("its permits are free again", () -> hooks.executions.size() == ConnectionNotifier.PER_TENANT + 2);
    }

    @Test
    void anEndOfASessionIsNotifiedWhereThereIsAHookForIt() {
        Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
        registry.apply(List.of(listener(1)));
        notifier.logout(tenant, "u1", "d1", "trace", 1000);
        registry.apply(List.of(listener(1), at(HookPoint.LOGOUT, 1, hook("stats", "1.0.0", 1))));
        notifier.logout(tenant, "u1", "d1", "trace", 1000);
        Await.until("notified", () -> hooks.executions.size() == 1);
        assertThat(hooks.executions.getFirst().point()).isEqualTo(HookPoint.LOGOUT);
        assertThat(hooks.executions.getFirst().result()).isEqualTo("ok");
        assertThat(hooks.called).hasSize(1);
    }
}
