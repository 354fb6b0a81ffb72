package io.mics.hook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.SharedByteBudget;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.testing.Await;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HookWorkQueueTest {
    private static final int WEIGHT = job("t1").task().weight();

    private final SharedByteBudget room = SharedByteBudget.halfEach(4L * WEIGHT);
    private final Semaphore calls = new Semaphore(0);

    private static HookWorkQueue.Job job(String tenant) {
        EventContext context = new EventContext(tenant, "c", "single", "text", "u1", "d1", "trace", "", Map.of());
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgBody(ByteString.copyFrom(new byte[1_000]))
                .build();
        return new HookWorkQueue.Job(
                Task.first(new HookEvent.Sent(context, message, Instant.EPOCH, "", Map.of()), "hook", RawRecord.NONE),
                () -> {});
    }

    private HookWorkQueue queue(String tenant) {
        return new HookWorkQueue("queue", 1_000, Long.MAX_VALUE, room, tenant, job -> calls.acquireUninterruptibly());
    }

    private static boolean enqueue(HookWorkQueue queue, String tenant) {
        return queue.enqueue(job(tenant), 1);
    }

    @Test
    void queuesOfAllHooksShareOneRoomOfWhichATenantHasHalf() {
        HookWorkQueue first = queue("t1");
        HookWorkQueue second = queue("t1");
        HookWorkQueue others = queue("t2");
        assertThat(enqueue(first, "t1")).as("in flight").isTrue();
        assertThat(enqueue(first, "t1")).as("waiting").isTrue();
        assertThat(enqueue(second, "t1")).as("more than half, in an idle queue").isFalse();
        assertThat(enqueue(others, "t2")).isTrue();
        assertThat(enqueue(others, "t2")).isTrue();
        assertThat(enqueue(queue("t3"), "t3")).as("more than all").isFalse();
        assertThat(room.held()).isEqualTo(4L * WEIGHT);
        calls.release(4);
        Await.until("room again", () -> room.held() == 0);
    }

    @Test
    void whatIsNotBegunAtTheEndGivesItsRoomBack() throws InterruptedException {
        HookWorkQueue queue = queue("t1");
        assertThat(enqueue(queue, "t1")).isTrue();
        assertThat(enqueue(queue, "t1")).isTrue();
        assertThat(queue.close(System.nanoTime())).isEqualTo(1);
        assertThat(room.held()).isEqualTo(WEIGHT);
        calls.release();
        Await.until("room again", () -> room.held() == 0);
    }
}
