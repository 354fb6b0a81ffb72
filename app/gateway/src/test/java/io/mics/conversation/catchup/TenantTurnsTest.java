package io.mics.conversation.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TenantTurnsTest {
    private final TenantTurns turns = new TenantTurns("turn", 4, 1_000);
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> begun = new CopyOnWriteArrayList<>();

    private void add(String tenant, CountDownLatch started) {
        boolean added = turns.add(tenant, () -> {
            begun.add(tenant);
            started.countDown();
            await(end);
        });
        assertThat(added).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneTenantTakesHalfAndAnothersComesAtOnce() {
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch all = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            var unused = turns.add("flooding", () -> {
                begun.add("flooding");
                busy.countDown();
                all.countDown();
                await(end);
            });
        }
        await(busy);
        CountDownLatch other = new CountDownLatch(1);
        add("other", other);
        await(other);
        assertThat(begun).containsExactlyInAnyOrder("flooding", "flooding", "other");
        end.countDown();
        await(all);
        assertThat(begun).hasSize(51);
    }

    @Test
    void aFailureLeavesRoomForTheNext() {
        CountDownLatch done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            var unused = turns.add("t", () -> {
                done.countDown();
                throw new IllegalStateException("planted");
            });
        }
        await(done);
        assertThat(done.getCount()).isZero();
    }

    @Test
    void whatWaitsIsBoundedAndOneTenantHasHalfOfIt() {
        TenantTurns few = new TenantTurns("turn", 2, 4);
        for (String tenant : new String[] {"a", "b"}) {
            CountDownLatch running = new CountDownLatch(1);
            assertThat(few.add(tenant, () -> {
                        running.countDown();
                        await(end);
                    }))
                    .isTrue();
            await(running);
        }
        CountDownLatch served = new CountDownLatch(4);
        assertThat(few.add("a", served::countDown)).isTrue();
        assertThat(few.add("a", served::countDown)).isTrue();
        assertThat(few.add("a", served::countDown)).isFalse();
        assertThat(few.add("b", served::countDown)).isTrue();
        assertThat(few.add("c", served::countDown)).isTrue();
        assertThat(few.add("d", served::countDown)).isFalse();
        end.countDown();
        await(served);
    }
}
