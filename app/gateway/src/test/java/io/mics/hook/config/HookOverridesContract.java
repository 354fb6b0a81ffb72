package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.config.HookOverrideStore.Change;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of overrides does. Each test has a tenant of its own. */
public abstract class HookOverridesContract {
    private static final AtomicLong NEXT = new AtomicLong();

    private final String tenant = "t" + NEXT.incrementAndGet();
    private HookOverrideStore onA;
    private HookOverrideStore onB;

    @BeforeEach
    void nodes() {
        onA = store();
        onB = store();
    }

    /** The store, as one more node sees it. */
    protected abstract HookOverrideStore store();

    private Map<String, String> texts(HookOverrideStore store) {
        return switch (store.read()) {
            case HookOverrideStore.Reading.Found found -> found.texts();
            case HookOverrideStore.Reading.Unavailable unavailable -> throw new AssertionError(unavailable.cause());
        };
    }

    @Test
    void whatOneNodeKeepsAnotherReads() {
        String text = "hooks: {pre-send: [{name: \"ä|{}\\n\", timeout: 5ms}]}\n# " + "x".repeat(200_000);
        assertThat(onA.replace(tenant, "", text)).isEqualTo(Change.DONE);
        assertThat(texts(onB)).containsEntry(tenant, text);
        assertThat(onB.replace(tenant, text, "other")).isEqualTo(Change.DONE);
        assertThat(texts(onA)).containsEntry(tenant, "other");
    }

    @Test
    void whatIsReplacedByNothingIsGone() {
        onA.replace(tenant, "", "x");
        assertThat(onB.replace(tenant, "x", "")).isEqualTo(Change.DONE);
        assertThat(texts(onA)).doesNotContainKey(tenant);
        assertThat(onB.replace(tenant, "", "")).isEqualTo(Change.DONE);
    }

    @Test
    void whoseTextWasReplacedMeanwhileChangesNothing() {
        onA.replace(tenant, "", "x");
        assertThat(onB.replace(tenant, "", "y")).isEqualTo(Change.OUTDATED);
        assertThat(onB.replace(tenant, "z", "y")).isEqualTo(Change.OUTDATED);
        assertThat(onB.replace(tenant, "", "")).isEqualTo(Change.OUTDATED);
        assertThat(onB.replace(tenant, "z", "")).isEqualTo(Change.OUTDATED);
        assertThat(texts(onA)).containsEntry(tenant, "x");
    }

    @Test
    void ofTwoThatReplaceAtOnceOneIsOutdated() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Change> a = threads.submit(() -> {
                together.await();
                return onA.replace(tenant, "", "a");
            });
            Future<Change> b = threads.submit(() -> {
                together.await();
                return onB.replace(tenant, "", "b");
            });
            assertThat(List.of(a.get(), b.get())).containsExactlyInAnyOrder(Change.DONE, Change.OUTDATED);
            assertThat(texts(onA)).containsEntry(tenant, a.get() == Change.DONE ? "a" : "b");
        }
    }

    @Test
    void aChangeReachesEveryNodeThatFollows() throws Exception {
        Semaphore changed = new Semaphore(0);
        CountDownLatch seen = new CountDownLatch(1);
        onB.follow(() -> {
            changed.release();
            seen.countDown();
        });
        // a store may say first that it is followed from now on; a change before that is not missed either
        onA.replace(tenant, "", "1");
        assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        String before = "1";
        for (int i = 2; i < 5; i++) {
            changed.drainPermits();
            assertThat(onA.replace(tenant, before, String.valueOf(i))).isEqualTo(Change.DONE);
            assertThat(changed.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            before = String.valueOf(i);
        }
    }
}
