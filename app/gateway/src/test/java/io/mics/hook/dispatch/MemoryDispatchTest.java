package io.mics.hook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.Event;
import io.mics.event.MemoryEventLog;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.StoredMessage;
import io.mics.testing.Await;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDispatchTest extends DispatchContract {
    private static final AtomicInteger TENANTS = new AtomicInteger();

    private final Metrics metrics = new Metrics();
    private final DispatchMeters meters = new DispatchMeters(metrics);
    private final MemoryRetryQueue retries = new MemoryRetryQueue(InstantSource.system(), meters);
    private final HookDispatcher dispatcher = new HookDispatcher(
            hooks.registry,
            tenant -> "",
            retries,
            new PostSendResultCache(1 << 20, System::nanoTime),
            new BackoffSchedule(InstantSource.system(), () -> 0),
            hooks,
            meters);
    private final MemoryHookDispatch dispatch =
            MemoryHookDispatch.start(new MemoryEventLog(10, 1_000), dispatcher, retries, meters);

    MemoryDispatchTest() {
        super(new ScriptedHooks());
    }

    @AfterEach
    void end() {
        dispatch.close();
    }

    @Override
    protected String newTenant() {
        return "t" + TENANTS.incrementAndGet();
    }

    @Override
    protected void publish(Event event) {
        assertThat(dispatch.events().publish(event)).isTrue();
    }

    @Override
    protected void publish(HookEvent event) {
        dispatch.hookEvents().publish(event);
    }

    @Override
    protected void publish(String tenant, StoredMessage stored) {
        dispatch.hookEvents().publish(HookEvents.stored(tenant, stored, "0af7651916cd43dd8448eb211c80319c"));
    }

    @Override
    protected DeadLetters deadLetters() {
        return retries.deadLetters();
    }

    private long count(Metric metric, String... labels) {
        return metrics.counter(metric, labels).value();
    }

    @Test
    void countsAsTheLogHookWhileThereIsNoOther() {
        String tenant = newTenant();
        publish(message(tenant, "u1", "m1"));
        publish(message(tenant, "u1", "m2"));
        assertThat(count(Metric.POST_SEND_HOOK_SUCCESS, tenant, "log", "text")).isEqualTo(2);
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant);
        publish(message(tenant, "u1", "m3"));
        assertThat(crm.next().messageId()).isEqualTo("m3");
        assertThat(count(Metric.POST_SEND_HOOK_SUCCESS, tenant, "log", "text")).isEqualTo(2);
        Await.until("counted", () -> count(Metric.POST_SEND_HOOK_SUCCESS, tenant, "crm", "text") == 1);
    }

    @Test
    void countsFailuresAndDeadLetters() {
        String tenant = newTenant();
        hooks.add(HookPoint.POST_SEND, "crm", tenant).failing();
        publish(message(tenant, "u1", "m1"));
        Await.until("dead", () -> count(Metric.HOOK_DEAD_LETTERS, tenant, "crm", "text") == 1);
        assertThat(count(Metric.POST_SEND_HOOK_FAILURE, tenant, "crm", "text")).isEqualTo(3);
        assertThat(count(Metric.POST_SEND_HOOK_SUCCESS, tenant, "crm", "text")).isZero();
    }

    @Test
    void callsAShadowHookOnceAndChangesNothing() {
        String tenant = newTenant();
        FakeHookClient shadow = hooks.add(ScriptedHooks.of(
                        HookPoint.POST_SEND,
                        "shadow",
                        tenant,
                        ScriptedHooks.THREE,
                        Guarantee.AT_LEAST_ONCE,
                        Mode.SHADOW))
                .failing();
        publish(message(tenant, "u1", "m1"));
        shadow.next();
        Await.until("done", () -> dispatcher.size() == 0);
        assertThat(retries.size()).isZero();
        assertThat(dead(ofHook(tenant, "*"))).isEmpty();
    }

    @Test
    void putsOffACallThatCannotBeMadeWithoutCountingAnAttempt() {
        String tenant = newTenant();
        AtomicInteger refused = new AtomicInteger();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant)
                .answering(call -> refused.incrementAndGet() <= 5
                        ? new HookResponse.Failed<>(HookResponse.Kind.CIRCUIT_OPEN, "open")
                        : new HookResponse.Answered<>(Map.of()));
        publish(message(tenant, "u1", "m1"));
        for (int i = 0; i < 6; i++) {
            assertThat(crm.next().context().attempt()).isEqualTo(1);
        }
    }

    @Test
    void countsWhatIsLostWhenTheNodeStops() throws InterruptedException {
        String tenant = newTenant();
        CountDownLatch never = new CountDownLatch(1);
        FakeHookClient crm = hooks.add(ScriptedHooks.of(
                        HookPoint.POST_SEND,
                        "crm",
                        tenant,
                        ScriptedHooks.THREE,
                        Guarantee.AT_LEAST_ONCE,
                        Mode.ENFORCE,
                        1))
                .answering(call -> {
                    never.await();
                    return new HookResponse.Answered<>(Map.of());
                });
        for (int i = 0; i < 1_010; i++) {
            publish(message(tenant, "u1", "m" + i));
        }
        crm.next();
        Await.until("what finds no room waits for its retry", () -> retries.size() == 9);
        dispatch.close();
        Await.until("all counted", () -> count(Metric.HOOK_NOTICES_DROPPED, tenant, "post-send", "shutdown") == 1_010);
        assertThat(dispatch.events().publish(message(tenant, "u1", "late"))).isTrue();
        assertThat(count(Metric.HOOK_NOTICES_DROPPED, tenant, "post-send", "queue_full"))
                .isEqualTo(1);
    }
}
