package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mics.proto.message.v1.AckStatus;
import io.mics.testing.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RateLimitTest {
    private static final int LIMIT = 100;
    private static final int SECONDS = 5;

    @Test
    void aTenantsRateHoldsForTheWholeClusterNotForEachNode() throws Exception {
        try (ThreeNodes cluster = new ThreeNodes("messages-per-second: " + LIMIT);
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            long counted = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                int on = node;
                tasks.add(() -> accepted(cluster, on, counted));
            }
            int accepted = 0;
            for (Future<Integer> task : senders.invokeAll(tasks)) {
                accepted += task.get();
            }
            assertThat((double) accepted / SECONDS).isCloseTo(LIMIT, within(LIMIT * 0.3));
        }
    }

    /** Sends more than may be for some seconds; how many were accepted after {@code from}. */
    private static int accepted(ThreeNodes cluster, int node, long from) throws Exception {
        long until = from + TimeUnit.SECONDS.toNanos(SECONDS);
        int accepted = 0;
        try (RawClient receiver = cluster.connect(node, "to-" + node, "d1");
                RawClient sender = cluster.connect(node, "from-" + node, "d1")) {
            for (int i = 0; System.nanoTime() - until < 0; i++) {
                boolean sent = sender.sendAcked("to-" + node, "m" + i, "hi").getStatus() == AckStatus.SENT;
                if (sent) {
                    receiver.readDelivery();
                }
                accepted += sent && System.nanoTime() - from > 0 ? 1 : 0;
                Thread.sleep(5);
            }
        }
        return accepted;
    }
}
