package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.PendingWrites;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacedBroadcastTest {
    private static final List<String> USERS =
            IntStream.range(0, 2_500).mapToObj(i -> "u" + i).toList();

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final AtomicLong last = new AtomicLong();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private final LocalDelivery devices = new LocalDelivery() {
        @Override
        public LocalOutcome deliver(String tenant, String user, Delivery delivery, long except, PendingWrites writes) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            delivered.add(tenant + " " + user + " " + delivery.message().getMsgId() + " " + except);
            last.set(System.nanoTime());
            return LocalOutcome.delivered(1);
        }

        @Override
        public List<String> users(String tenant) {
            return tenant.equals("t1") ? USERS : List.of("v");
        }
    };
    private final PacedBroadcast broadcast = new PacedBroadcast();

    private static Delivery delivery(String id) {
        return new Delivery(MessageRequest.newBuilder().setMsgId(id).build(), "", "trace", 0);
    }

    @Test
    void everybodyGetsEachMessageOnceInOrderAThousandUsersInAStep() {
        long start = System.nanoTime();
        broadcast.add(devices, "t1", delivery("m1"), 7);
        broadcast.add(devices, "t1", delivery("m2"), 0);
        Await.until("all have both", () -> delivered.size() == 2 * USERS.size());
        List<String> expected = new ArrayList<>();
        USERS.forEach(user -> expected.add("t1 " + user + " m1 7"));
        USERS.forEach(user -> expected.add("t1 " + user + " m2 0"));
        assertThat(delivered).isEqualTo(expected);
        assertThat(last.get() - start).as("two pauses for each message").isGreaterThan(390_000_000L);
    }

    @Test
    void oneTenantsDevicesDelayNoOthersAndWhatFindsNoRoomIsDropped() {
        gate = new CountDownLatch(1);
        CountDownLatch open = gate;
        for (int i = 0; i < 300; i++) {
            broadcast.add(devices, "t3", delivery("m" + i), 0);
        }
        gate = new CountDownLatch(0);
        broadcast.add(devices, "t2", delivery("n"), 0);
        Await.until("the other's is delivered", () -> delivered.contains("t2 v n 0"));
        open.countDown();
        Await.until("what had room is delivered", () -> delivered.contains("t3 v m255 0"));
        assertThat(delivered).hasSize(257).doesNotContain("t3 v m256 0");
    }
}
