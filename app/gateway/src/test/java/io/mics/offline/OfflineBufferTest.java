package io.mics.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.tenant.OfflineSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OfflineBufferTest {
    private final AtomicLong now = new AtomicLong();
    private final Metrics metrics = new Metrics();
    private final OfflineBuffer<String> buffer = new OfflineBuffer<>(0, now::get, metrics);

    private static OfflineSettings limits(int messages, long bytes, int users) {
        return new OfflineSettings(Duration.ofSeconds(10), messages, bytes, users, false, false);
    }

    private static List<String> drain(OfflineBuffer<String> from, String user) throws InterruptedException {
        try (BacklogLease<String> lease = from.take("t1", user).orElseThrow()) {
            List<String> messages = lease.messages();
            lease.confirm(messages.size());
            return messages;
        }
    }

    private void store(String user, String message, int bytes, OfflineSettings limits) {
        assertThat(buffer.store("t1", user, message, bytes, limits)).isInstanceOf(StoreOutcome.Stored.class);
    }

    private long evicted(String reason) {
        return metrics.counter(Metric.OFFLINE_BUFFER_EVICTED, "t1", reason).value();
    }

    private void isEmpty() {
        assertThat(buffer.bytes()).isZero();
        assertThat(buffer.users()).isZero();
        assertThat(buffer.take("t1", "u1")).isEmpty();
    }

    @Test
    void givesBackInOrderAndLeavesNothing() throws InterruptedException {
        store("u1", "a", 1, OfflineSettings.DEFAULTS);
        store("u1", "b", 2, OfflineSettings.DEFAULTS);
        assertThat(buffer.bytes()).isEqualTo(3);
        assertThat(drain(buffer, "u1")).containsExactly("a", "b");
        isEmpty();
    }

    @Test
    void dropsTheOldestAtEachLimit() throws InterruptedException {
        for (String message : List.of("a", "b", "c")) {
            store("u1", message, 1, limits(2, 0, 0));
        }
        assertThat(drain(buffer, "u1")).containsExactly("b", "c");
        for (String message : List.of("a", "b", "c")) {
            store("u1", message, 4, limits(100, 8, 0));
        }
        assertThat(drain(buffer, "u1")).containsExactly("b", "c");
        for (String user : List.of("u1", "u2", "u1", "u3")) {
            store(user, "m", 1, limits(100, 0, 2));
        }
        assertThat(buffer.take("t1", "u2")).isEmpty();
        assertThat(evicted("oldest")).isEqualTo(2);
        assertThat(evicted("users")).isEqualTo(1);
    }

    @Test
    void refusesWhatItCannotHold() throws InterruptedException {
        assertThat(buffer.store("t1", "u1", "a", 1, limits(0, 0, 0))).isInstanceOf(StoreOutcome.Refused.class);
        assertThat(buffer.store("t1", "u1", "a", 9, limits(10, 8, 0))).isInstanceOf(StoreOutcome.Refused.class);
        isEmpty();
    }

    @Test
    void forgetsWhatHasExpiredAtItsEdge() throws InterruptedException {
        store("u1", "a", 1, limits(10, 0, 0));
        now.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        store("u1", "b", 1, limits(10, 0, 0));
        buffer.sweep();
        assertThat(buffer.bytes()).isEqualTo(2);
        now.incrementAndGet();
        buffer.sweep();
        assertThat(buffer.bytes()).isEqualTo(1);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(buffer.take("t1", "u1")).isEmpty();
        isEmpty();
        assertThat(evicted("expired")).isEqualTo(2);
    }

    @Test
    void removesNothingBeforeItIsConfirmed() throws InterruptedException {
        store("u1", "a", 1, OfflineSettings.DEFAULTS);
        store("u1", "b", 1, OfflineSettings.DEFAULTS);
        try (BacklogLease<String> lease = buffer.take("t1", "u1").orElseThrow()) {
            lease.confirm(1);
            store("u1", "c", 1, OfflineSettings.DEFAULTS);
        }
        assertThat(drain(buffer, "u1")).containsExactly("b", "c");
        isEmpty();
    }

    @Test
    void givesOneTakerTheRightAtATimeEvenAfterADoubleClose() throws InterruptedException {
        store("u1", "a", 1, OfflineSettings.DEFAULTS);
        BacklogLease<String> first = buffer.take("t1", "u1").orElseThrow();
        assertThat(buffer.take("t1", "u1")).isEmpty();
        first.close();
        BacklogLease<String> second = buffer.take("t1", "u1").orElseThrow();
        first.close();
        assertThat(buffer.take("t1", "u1")).isEmpty();
        assertThatThrownBy(() -> first.confirm(1)).isInstanceOf(IllegalStateException.class);
        second.close();
        assertThat(drain(buffer, "u1")).containsExactly("a");
    }

    @Test
    void boundsWhatWaitsBehindADrain() throws InterruptedException {
        OfflineSettings limits = limits(2, 0, 0);
        store("u1", "a", 1, limits);
        store("u1", "b", 1, limits);
        try (BacklogLease<String> lease = buffer.take("t1", "u1").orElseThrow()) {
            store("u1", "c", 1, limits);
            store("u1", "d", 1, limits);
            assertThat(buffer.store("t1", "u1", "e", 1, limits)).isInstanceOf(StoreOutcome.Refused.class);
            assertThat(lease.messages()).containsExactly("a", "b", "c", "d");
        }
        assertThat(drain(buffer, "u1")).containsExactly("c", "d");
        isEmpty();
    }

    @Test
    void evictsTheLargestTenantsOldestUserWhenTheNodeIsFull() throws InterruptedException {
        OfflineBuffer<String> small = new OfflineBuffer<>(10, now::get, metrics);
        small.store("t1", "u1", "a", 4, OfflineSettings.DEFAULTS);
        small.store("t1", "u2", "b", 4, OfflineSettings.DEFAULTS);
        small.store("t2", "u1", "c", 2, OfflineSettings.DEFAULTS);
        small.store("t2", "u1", "d", 1, OfflineSettings.DEFAULTS);
        assertThat(small.bytes()).isEqualTo(7);
        assertThat(small.take("t1", "u1")).isEmpty();
        assertThat(drain(small, "u2")).containsExactly("b");
        assertThat(evicted("total")).isEqualTo(1);
    }
}
