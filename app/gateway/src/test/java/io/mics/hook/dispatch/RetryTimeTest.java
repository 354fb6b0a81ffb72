package io.mics.hook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.EventLogContract;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.Retry;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RetryTimeTest {
    private static final Instant START = Instant.ofEpochSecond(1_000_000);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ScriptedHooks hooks = new ScriptedHooks();
    private final Metrics metrics = new Metrics();
    private final DispatchMeters meters = new DispatchMeters(metrics);
    private final MemoryRetryQueue retries = new MemoryRetryQueue(now::get, meters);

    private HookDispatcher dispatcher(double random) {
        return new HookDispatcher(
                hooks.registry,
                tenant -> "",
                retries,
                new PostSendResultCache(1 << 20, System::nanoTime),
                new BackoffSchedule(now::get, () -> random),
                hooks,
                meters);
    }

    private static Task task(String hook, String id) {
        return Task.first(
                HookEvents.of(EventLogContract.message("t1", "u1", id)).orElseThrow(), hook, RawRecord.NONE);
    }

    @Test
    void waitsTwiceAsLongFromAttemptToAttempt() {
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", "t1").failing();
        try (HookDispatcher dispatcher = dispatcher(0)) {
            dispatcher.submit(task("crm", "m1"), () -> {});
            assertThat(crm.next().context().attempt()).isEqualTo(1);
            Await.until("queued for retry", () -> retries.size() == 1);
            now.set(START.plusMillis(19));
            assertThat(retries.submitDue(dispatcher)).isZero();
            now.set(START.plusMillis(20));
            assertThat(retries.submitDue(dispatcher)).isEqualTo(1);
            assertThat(crm.next().context().attempt()).isEqualTo(2);
            Await.until("queued for retry", () -> retries.size() == 1);
            now.set(START.plusMillis(59));
            assertThat(retries.submitDue(dispatcher)).isZero();
            now.set(START.plusMillis(60));
            assertThat(retries.submitDue(dispatcher)).isEqualTo(1);
            assertThat(crm.next().context().attempt()).isEqualTo(3);
            Await.until("done", () -> dispatcher.size() == 0);
            assertThat(retries.size()).isZero();
        }
    }

    @Test
    void takesWhatIsDueFirstFirst() {
        FakeHookClient crm = hooks.add(ScriptedHooks.of(
                HookPoint.POST_SEND,
                "crm",
                "t1",
                ScriptedHooks.THREE,
                io.mics.hook.policy.HookDefinition.Guarantee.AT_LEAST_ONCE,
                io.mics.hook.policy.HookDefinition.Mode.ENFORCE,
                1));
        try (HookDispatcher dispatcher = dispatcher(0)) {
            retries.schedule(task("crm", "third"), START.plusMillis(30), "", () -> {});
            retries.schedule(task("crm", "first"), START.plusMillis(10), "", () -> {});
            retries.schedule(task("crm", "second"), START.plusMillis(20), "", () -> {});
            now.set(START.plusMillis(20));
            assertThat(retries.submitDue(dispatcher)).isEqualTo(2);
            assertThat(crm.next().messageId()).isEqualTo("first");
            assertThat(crm.next().messageId()).isEqualTo("second");
            assertThat(crm.unseen()).isEmpty();
            assertThat(retries.size()).as("the third still waits").isEqualTo(1);
            Await.until("done", () -> dispatcher.size() == 0);
        }
    }

    @Test
    void oneTenantTakesAQuarterOfTheRoomAtMost() {
        for (int i = 0; i <= 5_000; i++) {
            retries.schedule(task("crm", "m" + i), START, "", () -> {});
        }
        assertThat(retries.size()).isEqualTo(5_000);
        assertThat(metrics.counter(Metric.HOOK_NOTICES_DROPPED, "t1", "post-send", "retries_full")
                        .value())
                .isEqualTo(1);
        HookEvent others =
                HookEvents.of(EventLogContract.message("t2", "u1", "m1")).orElseThrow();
        retries.schedule(Task.first(others, "crm", RawRecord.NONE), START, "", () -> {});
        assertThat(retries.size()).isEqualTo(5_001);
    }

    @Test
    void keepsTheNewestDeadLetters() {
        for (int i = 0; i <= 1_000; i++) {
            retries.deadLetter(task("crm", "m" + i), false, "cause " + i, () -> {});
        }
        DeadLetters.Filter all = new DeadLetters.Filter(
                "t1", Optional.empty(), Instant.EPOCH, Instant.MAX, "", DeadLetters.Filter.ANY_HOOK);
        DeadLetters.Listing.Found found =
                (DeadLetters.Listing.Found) retries.deadLetters().list(all, 2_000);
        assertThat(found.letters()).hasSize(1_000);
        assertThat(found.letters().getFirst().cause()).isEqualTo("cause 1");
    }

    @Test
    void shortensAPauseAtRandomByHalfAtMost() {
        Retry retry = new Retry(5, Duration.ofMillis(200), 2, Duration.ofSeconds(30), true);
        assertThat(new BackoffSchedule(now::get, () -> 0).due(retry, 3)).isEqualTo(START.plusMillis(800));
        assertThat(new BackoffSchedule(now::get, () -> 1).due(retry, 3)).isEqualTo(START.plusMillis(400));
        assertThat(new BackoffSchedule(now::get, () -> 0).due(retry, 1_000)).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void keepsAnswersOfBoundedSizeForADay() {
        long[] nanos = {0};
        PostSendResultCache results = new PostSendResultCache(1_000, () -> nanos[0]);
        HookEvent one =
                HookEvents.of(EventLogContract.message("t1", "u1", "m1")).orElseThrow();
        HookEvent other =
                HookEvents.of(EventLogContract.message("t1", "u1", "m2")).orElseThrow();
        java.util.Map<String, String> large = java.util.Map.of("k", "x".repeat(500));
        assertThat(results.put(one, "crm", large)).isTrue();
        assertThat(results.get(one, "crm")).isEqualTo(large);
        assertThat(results.get(one, "stats")).isEmpty();
        assertThat(results.put(other, "crm", large)).isTrue();
        assertThat(results.get(one, "crm")).isEmpty();
        nanos[0] = Duration.ofHours(24).toNanos();
        assertThat(results.get(other, "crm")).isEqualTo(large);
        nanos[0]++;
        assertThat(results.get(other, "crm")).isEmpty();
        assertThat(results.put(one, "crm", java.util.Map.of("k", "x".repeat(4_096))))
                .isFalse();
    }
}
