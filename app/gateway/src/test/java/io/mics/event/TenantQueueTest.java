package io.mics.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.event.TenantQueue.EnqueueResult;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantQueueTest {
    private static final int BODY = 10_000;

    private static MessageRequest body() {
        return MessageRequest.newBuilder()
                .setMsgBody(ByteString.copyFrom(new byte[BODY]))
                .build();
    }

    private static Event event(MessageRequest body) {
        return new Event("t1", EventType.OFFLINE_MESSAGE, "a", "d1", "u2", body, 1, "trace");
    }

    private static EnqueueResult enqueue(TenantQueue queue, MessageRequest body) {
        return queue.enqueue(event(body), 1, 0);
    }

    @Test
    void refusesTheEventThatWouldBreakATenantsBoundsUntilOneIsSettled() throws Exception {
        TenantQueue queue = new TenantQueue(2, 0, new QueueBudget(0, 0));
        assertThat(enqueue(queue, body())).isEqualTo(EnqueueResult.FIRST);
        assertThat(enqueue(queue, body())).isEqualTo(EnqueueResult.QUEUED);
        assertThat(enqueue(queue, body())).isEqualTo(EnqueueResult.REFUSED);
        List<QueuedEvent> taken = queue.take(1, Long.MAX_VALUE, 0);
        assertThat(enqueue(queue, body())).as("taken, but not settled").isEqualTo(EnqueueResult.REFUSED);
        queue.settle(taken.getFirst());
        assertThat(enqueue(queue, body())).isEqualTo(EnqueueResult.QUEUED);
        assertThat(queue.queued()).isEqualTo(2);
    }

    @Test
    void chargesABodyThatManyShareOnce() {
        TenantQueue queue = new TenantQueue(0, 2 * BODY, new QueueBudget(0, 0));
        MessageRequest shared = body();
        for (int i = 0; i < 10; i++) {
            assertThat(enqueue(queue, shared)).isNotEqualTo(EnqueueResult.REFUSED);
        }
        assertThat(enqueue(queue, body())).as("an equal body of its own").isEqualTo(EnqueueResult.REFUSED);
    }

    @Test
    void tenantsShareTheNodesBoundsAndLeaveNothingBehind() throws Exception {
        QueueBudget budget = new QueueBudget(2, 0);
        TenantQueue one = new TenantQueue(0, 0, budget);
        TenantQueue other = new TenantQueue(0, 0, budget);
        enqueue(one, body());
        enqueue(other, body());
        assertThat(enqueue(one, body())).isEqualTo(EnqueueResult.REFUSED);
        one.settle(one.take(1, 1, 0).getFirst());
        assertThat(enqueue(other, body())).isEqualTo(EnqueueResult.QUEUED);
        assertThat(other.abandon()).isEqualTo(2);
        assertThat(budget.queued()).isZero();
        QueueBudget bytes = new QueueBudget(0, BODY);
        assertThat(enqueue(new TenantQueue(0, 0, bytes), body())).isEqualTo(EnqueueResult.REFUSED);
        assertThat(bytes.queued()).isZero();
    }

    @Test
    void givesTheWorkerWhatFitsTogetherAndEndsItWhenNothingIsLeft() throws Exception {
        TenantQueue queue = new TenantQueue(0, 0, new QueueBudget(0, 0));
        for (int i = 0; i < 3; i++) {
            enqueue(queue, body());
        }
        assertThat(queue.take(10, 2 * BODY, 0))
                .as("two and their overhead do not fit")
                .hasSize(1);
        assertThat(queue.take(10, 1, 0)).as("one, however large").hasSize(1);
        assertThat(queue.take(10, Long.MAX_VALUE, 0)).hasSize(1);
        assertThat(enqueue(queue, body())).as("the worker is still at it").isEqualTo(EnqueueResult.QUEUED);
        assertThat(queue.take(10, Long.MAX_VALUE, 0)).hasSize(1);
        assertThat(queue.take(10, Long.MAX_VALUE, 0)).isEmpty();
        assertThat(enqueue(queue, body())).isEqualTo(EnqueueResult.FIRST);
    }
}
