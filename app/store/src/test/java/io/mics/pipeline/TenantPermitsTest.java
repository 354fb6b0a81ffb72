package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantPermitsTest {
    private final TenantPermits permits = new TenantPermits(2);
    private final List<String> admitted = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    private void ask(String tenant) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                permits.acquire(tenant);
                admitted.add(tenant);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        threads.add(thread);
        Await.until(
                "it waits or has one",
                () -> thread.getState() != Thread.State.NEW && thread.getState() != Thread.State.RUNNABLE);
    }

    @Test
    void aTenantHasHalfAtMostAndOthersFindTheRest() throws InterruptedException {
        permits.acquire("flood");
        ask("flood");
        ask("flood");
        assertThat(admitted).isEmpty();
        permits.acquire("other");
    }

    @Test
    void aFreePermitGoesToTheTenantThatHasFewest() throws InterruptedException {
        permits.acquire("a");
        permits.acquire("b");
        ask("a");
        ask("a");
        ask("c");
        permits.release("b");
        Await.until("c has it", () -> admitted.equals(List.of("c")));
        permits.release("a");
        Await.until("a has the next", () -> admitted.equals(List.of("c", "a")));
    }

    @Test
    void whoGivesUpWaitingTakesNothing() throws InterruptedException {
        permits.acquire("a");
        ask("a");
        threads.getFirst().interrupt();
        threads.getFirst().join();
        permits.release("a");
        permits.acquire("a");
    }
}
