package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.concurrent.SharedByteBudget;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.RedeliveryQueues.QueueAdmission;
import io.mics.routing.delivery.WaitingMessage.SendingDevice;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every attempt comes to the test, and ends when and how the test says. */
@Timeout(30)
class RedeliveryQueuesTest {
    private static final RedeliveryQueues.Timing PATIENT =
            new RedeliveryQueues.Timing(Duration.ofMillis(1), Duration.ofMinutes(5));

    /** One attempt in flight. */
    private record Try(WaitingMessage message, BlockingQueue<Callable<Boolean>> end) {
        String name() {
            return message.delivery().message().getUserId()
                    + message.delivery().message().getMsgId();
        }

        void end(boolean done) {
            end.add(() -> done);
        }

        void fail() {
            end.add(() -> {
                throw new IllegalStateException("defect");
            });
        }
    }

    private final BlockingQueue<Try> tries = new LinkedBlockingQueue<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final SharedByteBudget room = SharedByteBudget.halfEach(4 * RedeliveryQueues.BYTES);
    private final RedeliveryQueues queues = new RedeliveryQueues(PATIENT, this::attempt, room, ends::incrementAndGet);

    private boolean attempt(WaitingMessage message) throws InterruptedException {
        Try under = new Try(message, new LinkedBlockingQueue<>());
        tries.add(under);
        try {
            return under.end().take().call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Try next() throws InterruptedException {
        Try next = tries.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("an attempt").isNotNull();
        return next;
    }

    private static SendingDevice sender(String user) {
        return new SendingDevice("t1", user, "d1");
    }

    private static WaitingMessage message(String sender, int number, int bytes) {
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId(sender)
                .setDeviceId("d1")
                .setMsgId(Integer.toString(number))
                .setMsgBody(ByteString.copyFrom(new byte[bytes]))
                .build();
        return WaitingMessage.at(List.of("u"), new Delivery(message, "", "trace", number));
    }

    private QueueAdmission add(String sender, int number) {
        return queues.add(message(sender, number, 0));
    }

    @Test
    void messagesStayBehindTheOneThatIsBeingTried() throws InterruptedException {
        add("a", 1);
        Try first = next();
        assertThat(queues.holds(sender("b"))).as("another sender").isFalse();
        add("a", 2);
        assertThat(queues.of(sender("a"))).hasSize(2);
        first.end(false);
        Try again = next();
        assertThat(again.name()).isEqualTo("a1");
        assertThat(queues.holds(sender("a"))).isTrue();
        add("a", 3);
        again.end(true);
        for (String name : List.of("a2", "a3")) {
            Try then = next();
            assertThat(then.name()).isEqualTo(name);
            then.end(true);
        }
    }

    @Test
    void queuesToAllNodesShareOneRoom() throws InterruptedException {
        SharedByteBudget tight =
                SharedByteBudget.halfEach(2 * message("a", 1, 0).weight());
        RedeliveryQueues one = new RedeliveryQueues(PATIENT, this::attempt, tight, () -> {});
        RedeliveryQueues other = new RedeliveryQueues(PATIENT, this::attempt, tight, () -> {});
        assertThat(one.add(message("a", 1, 0))).isEqualTo(QueueAdmission.WAITS);
        assertThat(other.add(message("b", 1, 0)))
                .as("more than a tenant's half")
                .isEqualTo(QueueAdmission.DROPPED);
        next().end(true);
        Await.until("room again", () -> tight.held() == 0);
    }

    @Test
    void aQueueIsGoneWhenItIsEmptyAndWithTheLastOneAll() throws InterruptedException {
        add("a", 1);
        add("b", 1);
        Try one = next();
        Try other = next();
        one.end(true);
        Await.until("its queue is gone", () -> queues.of(one.message().sender()).isEmpty());
        assertThat(queues.holds(one.message().sender())).isFalse();
        assertThat(ends).hasValue(0);
        other.end(true);
        Await.until("over", () -> ends.get() == 1);
        assertThat(add("a", 2)).isEqualTo(QueueAdmission.OVER);
        assertThat(tries).isEmpty();
    }

    @Test
    void aSenderWaitsForItsQueueWhileThatMovesAndThenGoesDirectly() throws Exception {
        add("a", 1);
        add("a", 2);
        next().end(true);
        Try last = next();
        FutureTask<Boolean> holds = new FutureTask<>(() -> queues.holds(sender("a")));
        Thread thread = Thread.ofPlatform().start(holds);
        Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        last.end(true);
        assertThat(holds.get()).isFalse();
    }

    @Test
    void aSenderDoesNotWaitForAQueueThatGetsStuck() throws Exception {
        add("a", 1);
        add("a", 2);
        next().end(true);
        Try second = next();
        FutureTask<Boolean> holds = new FutureTask<>(() -> queues.holds(sender("a")));
        Thread thread = Thread.ofPlatform().start(holds);
        Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        second.end(false);
        assertThat(holds.get()).isTrue();
        assertThat(next().name()).isEqualTo("a2");
    }

    @Test
    void oneSenderCannotTakeAllTheRoom() throws InterruptedException {
        for (int i = 1; i <= RedeliveryQueues.SENDER_MESSAGES; i++) {
            assertThat(add("a", i)).isEqualTo(QueueAdmission.WAITS);
        }
        assertThat(add("a", 0)).isEqualTo(QueueAdmission.DROPPED);
        assertThat(add("b", 1)).isEqualTo(QueueAdmission.WAITS);
        Try one = next();
        (one.name().startsWith("a") ? one : next()).end(true);
        Await.until("room again", () -> queues.of(sender("a")).size() < RedeliveryQueues.SENDER_MESSAGES);
        assertThat(add("a", 0)).isEqualTo(QueueAdmission.WAITS);
    }

    @Test
    void oneSenderCannotTakeAllTheBytes() {
        int bytes = (int) RedeliveryQueues.SENDER_BYTES / 4;
        for (int i = 1; i <= 3; i++) {
            assertThat(queues.add(message("a", i, bytes))).isEqualTo(QueueAdmission.WAITS);
        }
        assertThat(queues.add(message("a", 4, bytes))).as("ids weigh too").isEqualTo(QueueAdmission.DROPPED);
        assertThat(add("a", 5)).as("a small one fits").isEqualTo(QueueAdmission.WAITS);
    }

    @Test
    void allSendersTogetherAreBounded() {
        for (int i = 0; i < RedeliveryQueues.MESSAGES; i++) {
            assertThat(add("s" + i % 100, i)).isEqualTo(QueueAdmission.WAITS);
        }
        assertThat(add("t", 1)).isEqualTo(QueueAdmission.DROPPED);
    }

    @Test
    void theBytesOfAllSendersTogetherAreBounded() {
        int bytes = (int) RedeliveryQueues.SENDER_BYTES / 2;
        int most = (int) (RedeliveryQueues.BYTES / bytes);
        List<QueueAdmission> admissions = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            admissions.add(queues.add(message("s" + i, i, bytes)));
        }
        assertThat(admissions.subList(0, most - 1)).containsOnly(QueueAdmission.WAITS);
        assertThat(admissions.getLast()).as("ids weigh too").isEqualTo(QueueAdmission.DROPPED);
    }

    @Test
    void whatCanNeverFitLeavesNothingBehind() {
        assertThat(queues.add(message("a", 1, (int) RedeliveryQueues.SENDER_BYTES)))
                .isEqualTo(QueueAdmission.DROPPED);
        assertThat(ends).hasValue(1);
    }

    @Test
    void someQueuesAreTriedAtOneTimeAndAllHaveTheirTurns() throws InterruptedException {
        int senders = 3 * RedeliveryQueues.ATTEMPTS;
        for (int i = 0; i < senders; i++) {
            add("s" + i, 1);
        }
        List<Try> under = new ArrayList<>();
        for (int i = 0; i < RedeliveryQueues.ATTEMPTS; i++) {
            under.add(next());
        }
        assertThat(tries).as("attempts beyond").isEmpty();
        Set<String> tried = new HashSet<>();
        while (tried.size() < senders) {
            Try one = under.removeFirst();
            tried.add(one.name());
            one.end(false);
            under.add(next());
            assertThat(tries).as("attempts beyond").isEmpty();
        }
    }

    @Test
    void asManyQueuesAsThereWereSendersGoAtOneTimeOnceAttemptsSucceed() throws InterruptedException {
        int senders = RedeliveryQueues.MOST_ATTEMPTS + 10;
        for (int i = 0; i < senders; i++) {
            for (int n = 1; n <= 10; n++) {
                add("s" + i, n);
            }
        }
        List<Try> under = new ArrayList<>();
        for (int i = 0; i < RedeliveryQueues.ATTEMPTS; i++) {
            under.add(next());
        }
        while (under.size() < RedeliveryQueues.MOST_ATTEMPTS) {
            under.removeFirst().end(true);
            under.add(next());
            under.add(next());
        }
        under.removeFirst().end(true);
        under.add(next());
        assertThat(tries).as("attempts beyond").isEmpty();
        under.forEach(attempt -> attempt.end(false));
        for (int i = 0; i < RedeliveryQueues.ATTEMPTS; i++) {
            next();
        }
        assertThat(tries).as("attempts beyond what may fail at one time").isEmpty();
    }

    @Test
    void aQueueThatStandsStillHoldsUpNoOther() throws InterruptedException {
        add("a", 1);
        Try stuck = next();
        for (int i = 2; i <= 100; i++) {
            add("a", i);
        }
        for (int i = 0; i < 2 * RedeliveryQueues.ATTEMPTS; i++) {
            add("b" + i, 1);
        }
        for (int i = 0; i < 2 * RedeliveryQueues.ATTEMPTS; i++) {
            next().end(true);
        }
        Await.until("the others are through", () -> queues.of(sender("b0")).isEmpty());
        assertThat(tries).isEmpty();
        stuck.end(true);
        assertThat(next().name()).isEqualTo("a2");
    }

    @Test
    void aLongQueueDoesNotKeepOthersFromTheirTurns() throws InterruptedException {
        List<Try> all = new ArrayList<>();
        for (int i = 0; i < RedeliveryQueues.ATTEMPTS; i++) {
            add("a" + i, 1);
            add("a" + i, 2);
            all.add(next());
        }
        add("b", 1);
        all.getFirst().end(true);
        assertThat(List.of(next().name(), next().name())).containsExactlyInAnyOrder("b1", "a02");
    }

    @Test
    void aDefectDoesNotEndTheTurns() throws InterruptedException {
        add("a", 1);
        next().fail();
        next().end(true);
        Await.until("over", () -> ends.get() == 1);
    }
}
