package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.Payload;
import io.mics.protocol.ProtobufCodec;
import io.mics.session.OutboundQueue.EnqueueResult;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
    private final OutboundBudget budget = new OutboundBudget(0);

    private OutboundQueue queue(int frames, long bytes, boolean dropOldest) {
        return new OutboundQueue(frames, bytes, dropOldest, budget);
    }

    private static Payload delivery(String id, int size) {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgId(id)
                .setMsgBody(ByteString.copyFrom(new byte[size]))
                .build();
        return ProtobufCodec.INSTANCE.encode(new Delivery(message, "", "", 0));
    }

    private static Payload answer() {
        return ProtobufCodec.INSTANCE.encode(new OutboundFrame.Pong(1));
    }

    private static List<String> written(OutboundQueue queue) {
        List<String> ids = new ArrayList<>();
        List<Payload> frames = queue.take(Long.MAX_VALUE);
        while (!frames.isEmpty()) {
            for (Payload frame : frames) {
                Delivery delivery = frame.delivery();
                ids.add(delivery == null ? "answer" : delivery.message().getMsgId());
            }
            queue.written();
            frames = queue.take(Long.MAX_VALUE);
        }
        return ids;
    }

    @Test
    void holdsLiveDeliveriesBehindTheBacklogButNeverAnswers() {
        OutboundQueue queue = queue(10, 1000, false);
        assertThat(queue.enqueue(delivery("live", 1))).isEqualTo(EnqueueResult.QUEUED);
        assertThat(queue.enqueue(answer())).isEqualTo(EnqueueResult.START_WRITER);
        assertThat(written(queue)).containsExactly("answer");
        assertThat(queue.enqueueBacklog(delivery("old", 1))).isEqualTo(EnqueueResult.START_WRITER);
        assertThat(queue.release()).isEqualTo(EnqueueResult.QUEUED);
        assertThat(queue.enqueue(delivery("later", 1))).isEqualTo(EnqueueResult.QUEUED);
        assertThat(written(queue)).containsExactly("old", "live", "later");
        assertThat(budget.used()).isZero();
    }

    @Test
    void refusesTheFrameAfterTheLastThatFits() {
        OutboundQueue frames = queue(3, 1000, false);
        frames.release();
        for (int i = 0; i < 3; i++) {
            assertThat(frames.enqueue(delivery("" + i, 1))).isNotEqualTo(EnqueueResult.OVERFLOW);
        }
        assertThat(frames.enqueue(delivery("x", 1))).isEqualTo(EnqueueResult.OVERFLOW);

        OutboundQueue bytes = queue(100, 50, false);
        bytes.release();
        assertThat(bytes.enqueue(delivery("one frame of any size", 10_000))).isEqualTo(EnqueueResult.START_WRITER);
        assertThat(bytes.enqueue(delivery("x", 1))).isEqualTo(EnqueueResult.OVERFLOW);
    }

    @Test
    void leavesHalfOfTheQueueToLiveDeliveriesWhileTheBacklogGoes() {
        OutboundQueue frames = queue(4, 1000, false);
        frames.release();
        frames.enqueueBacklog(delivery("1", 1));
        frames.enqueueBacklog(delivery("2", 1));
        assertThat(frames.enqueueBacklog(delivery("3", 1))).isEqualTo(EnqueueResult.OVERFLOW);
        assertThat(frames.enqueue(delivery("live 1", 1))).isEqualTo(EnqueueResult.QUEUED);
        assertThat(frames.enqueue(delivery("live 2", 1))).isEqualTo(EnqueueResult.QUEUED);
        assertThat(written(frames)).containsExactly("1", "2", "live 1", "live 2");

        OutboundQueue bytes = queue(100, 100, false);
        bytes.release();
        assertThat(bytes.enqueueBacklog(delivery("one of any size", 10_000))).isEqualTo(EnqueueResult.START_WRITER);
        written(bytes);
        bytes.enqueueBacklog(delivery("1", 1));
        assertThat(bytes.enqueueBacklog(delivery("2", 45))).isEqualTo(EnqueueResult.OVERFLOW);
        assertThat(bytes.enqueue(delivery("live", 45))).isEqualTo(EnqueueResult.QUEUED);
    }

    @Test
    void countsWhatIsBeingWrittenUntilItIsWritten() {
        OutboundQueue queue = queue(1, 1000, false);
        queue.release();
        queue.enqueue(delivery("1", 1));
        assertThat(queue.take(1)).hasSize(1);
        assertThat(queue.enqueue(delivery("2", 1))).isEqualTo(EnqueueResult.OVERFLOW);
        queue.written();
        assertThat(queue.enqueue(delivery("3", 1))).isEqualTo(EnqueueResult.QUEUED);
    }

    @Test
    void joinsFramesUpToTheLimitAndTakesALargerOneAlone() {
        OutboundQueue queue = queue(10, 100_000, false);
        queue.release();
        for (int size : new int[] {100, 100, 5_000, 100}) {
            queue.enqueue(delivery("m" + size, size));
        }
        int two = 2 * delivery("m100", 100).length();
        assertThat(queue.take(two)).hasSize(2);
        queue.written();
        assertThat(queue.take(two)).as("larger than the limit").hasSize(1);
        queue.written();
        assertThat(queue.take(two)).hasSize(1);
        queue.written();
        assertThat(queue.take(two)).isEmpty();
    }

    @Test
    void dropsTheOldestDeliveriesAndNeverAnAnswer() {
        OutboundQueue queue = queue(3, 1000, true);
        queue.release();
        queue.enqueue(delivery("1", 1));
        queue.enqueue(answer());
        queue.enqueue(delivery("2", 1));
        queue.enqueue(delivery("3", 1));
        queue.enqueue(delivery("4", 1));
        assertThat(queue.takeDropped()).isEqualTo(2);
        assertThat(queue.takeDropped()).isZero();
        assertThat(written(queue)).containsExactly("answer", "3", "4");
    }

    @Test
    void overflowsWhenOnlyAnswersAreLeftToDrop() {
        OutboundQueue queue = queue(2, 1000, true);
        queue.enqueue(answer());
        queue.enqueue(answer());
        assertThat(queue.enqueue(answer())).isEqualTo(EnqueueResult.OVERFLOW);
    }

    @Test
    void givesBackWhatNoSocketTookInOrder() {
        OutboundQueue queue = queue(10, 1000, false);
        queue.release();
        queue.enqueue(delivery("1", 1));
        queue.take(Long.MAX_VALUE);
        queue.enqueue(delivery("2", 1));
        queue.enqueue(answer());
        queue.close(false);
        assertThat(queue.takeUnsent()).extracting(d -> d.message().getMsgId()).containsExactly("1", "2");
        assertThat(queue.takeUnsent()).isEmpty();
        assertThat(queue.enqueue(answer())).isEqualTo(EnqueueResult.CLOSED);
        assertThat(queue.frames()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void wakesEveryoneWhoWaitsForIt() throws Exception {
        OutboundQueue queue = queue(10, 1000, false);
        queue.release();
        queue.enqueue(delivery("1", 1));
        queue.take(Long.MAX_VALUE);
        long forever = TimeUnit.MINUTES.toNanos(5);
        Thread room = Thread.ofPlatform().start(() -> queue.awaitWritten(forever));
        Await.until("one waits", () -> room.getState() == Thread.State.TIMED_WAITING);
        Thread end = Thread.ofPlatform().start(() -> queue.awaitWriter(forever));
        Await.until("both wait", () -> end.getState() == Thread.State.TIMED_WAITING);
        assertThat(queue.takeUnsent()).hasSize(1);
        assertThat(room.join(Duration.ofSeconds(10))).isTrue();
        assertThat(end.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void asksForAWriterToSayGoodbyeExactlyWhenNobodyWrites() {
        OutboundQueue idle = queue(10, 1000, false);
        assertThat(idle.close(false)).isEqualTo(EnqueueResult.START_WRITER);
        assertThat(idle.close(false)).isEqualTo(EnqueueResult.CLOSED);

        OutboundQueue busy = queue(10, 1000, false);
        busy.enqueue(answer());
        assertThat(busy.close(false)).isEqualTo(EnqueueResult.QUEUED);
        assertThat(written(busy)).containsExactly("answer");
    }
}
