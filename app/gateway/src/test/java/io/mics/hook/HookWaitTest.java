package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.HookResponse;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.Tenant;
import io.mics.testing.Await;
import io.mics.testing.gateway.TestTenants;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HookWaitTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicLong left = new AtomicLong();
    private final TenantBackend backend = new TenantBackend(
            new Metrics(),
            (operation, url, request, deadline) -> {
                if (called.getCount() == 0) {
                    left.set(deadline.remainingNanos());
                }
                called.countDown();
                answer.await();
                return new HookResponse.Answered<>(new byte[0]);
            },
            Map.of());

    @Test
    void aBackendHasItsWholeTimeHoweverLongTheCallWaitedForAPermit() throws Exception {
        BackendSettings d = BackendSettings.DEFAULTS;
        BackendSettings oneAtATime = new BackendSettings(
                "http://backend",
                "http://backend",
                "",
                "",
                TIMEOUT,
                d.authTimeout(),
                1,
                TIMEOUT,
                d.onCheckFailure(),
                false,
                d.breakerFailures(),
                d.breakerOpen());
        Tenant tenant = TestTenants.tenant("t1", oneAtATime);
        Thread first = Thread.startVirtualThread(() -> check(tenant));
        called.await();
        Thread second = Thread.startVirtualThread(() -> check(tenant));
        Await.until("it waits", () -> second.getState() == Thread.State.TIMED_WAITING);
        long waited = System.nanoTime();
        Thread.sleep(300);
        waited = System.nanoTime() - waited;
        answer.countDown();
        first.join();
        second.join();
        assertThat(left.get()).isGreaterThan(TIMEOUT.toNanos() - waited);
        assertThat(backend.permitsInUse("t1", BackendOperation.CHECK_MESSAGE)).isZero();
    }

    private void check(Tenant tenant) {
        try {
            SendDecision unused = backend.checkMessage(tenant, MessageRequest.getDefaultInstance(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
