package io.mics.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.pipeline.Sample;
import io.mics.pipeline.log.BatchAppender.Fate;
import io.mics.testing.Await;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchingLogTest {
    private static final Fate DONE = new Fate.Done(new Outcome.Accepted());
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final AtomicLong ahead = new AtomicLong();
    private final TimingWheel wheel = TimingWheel.byHand(Duration.ofMillis(10), () -> System.nanoTime() + ahead.get());
    private final ScriptedAppender appender = new ScriptedAppender();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private Duration timeout = TIMEOUT;
    private final BatchingLog log = new BatchingLog(appender, tenant -> timeout, wheel);

    /** A log whose batches wait for the test to say what becomes of them. */
    private static final class ScriptedAppender implements BatchAppender {
        private final Map<String, CountDownLatch> away = new ConcurrentHashMap<>();
        private final BlockingQueue<Function<NewMessage, Fate>> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();

        @Override
        public Optional<String> awaitReady(String tenant) throws InterruptedException {
            CountDownLatch latch = away.get(tenant);
            if (latch != null) {
                latch.await();
            }
            return Optional.empty();
        }

        @Override
        public List<Fate> append(String tenant, List<NewMessage> batch) throws InterruptedException {
            batches.add(batch.stream().map(NewMessage::clientMsgId).toList());
            Function<NewMessage, Fate> answer = answers.take();
            return batch.stream().map(answer).toList();
        }

        /** The next batch, which is in flight until the next answer. */
        List<String> next() throws InterruptedException {
            List<String> batch = batches.poll(60, TimeUnit.SECONDS);
            assertThat(batch).isNotNull();
            return batch;
        }
    }

    @AfterEach
    void close() {
        for (int i = 0; i < 100; i++) {
            appender.answers.add(message -> DONE);
        }
        appender.away.values().forEach(CountDownLatch::countDown);
        log.close();
        wheel.close();
    }

    private void append(String tenant, String group, String... ids) throws InterruptedException {
        for (String id : ids) {
            log.append(
                    Sample.message(tenant, group, id),
                    outcome -> outcomes.merge(id, outcome, (a, b) -> new Outcome.Stored(-1, -1, true)));
        }
    }

    private void pass(Duration time) {
        ahead.addAndGet(time.toNanos());
        wheel.advance();
    }

    private void await(String id, Outcome outcome) {
        Await.until(id + " is " + outcome, () -> outcome.equals(outcomes.get(id)));
    }

    @Test
    void whatWasSurelyNotAppendedIsRefusedAfterTheTimeOutAndIsNotAppendedLater() throws InterruptedException {
        CountDownLatch away = new CountDownLatch(1);
        appender.away.put("t1", away);
        append("t1", "g", "m1", "m2");
        pass(TIMEOUT.minusSeconds(1));
        assertThat(outcomes).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(outcomes)
                .containsEntry("m1", new Outcome.Unavailable())
                .containsEntry("m2", new Outcome.Unavailable());
        append("t1", "g", "m3");
        away.countDown();
        assertThat(appender.next()).containsExactly("m3");
    }

    @Test
    void whatTheLogMayHaveStaysUndecidedForHalfAMinuteAndIsThenUnknown() throws InterruptedException {
        append("t1", "g", "m1");
        assertThat(appender.next()).containsExactly("m1");
        append("t1", "g", "m2");
        pass(TIMEOUT.plusSeconds(1));
        assertThat(outcomes).containsOnlyKeys("m2").containsEntry("m2", new Outcome.Unavailable());
        pass(BatchingLog.UNDECIDED);
        assertThat(outcomes).containsEntry("m1", new Outcome.Unknown());
    }

    @Test
    void whatIsTriedAgainKeepsItsOrder() throws InterruptedException {
        CountDownLatch away = new CountDownLatch(1);
        appender.away.put("t1", away);
        append("t1", "g", "m1", "m2", "m3");
        append("t1", "h", "n1");
        away.countDown();
        assertThat(appender.next()).containsExactly("m1", "m2", "m3", "n1");
        append("t1", "g", "m4");
        appender.answers.add(message -> message.clientMsgId().equals("m1")
                ? new Fate.Undecided("lost")
                : message.clientMsgId().equals("n1") ? DONE : new Fate.NotAppended("behind"));
        assertThat(appender.next()).containsExactly("m1", "m2", "m3", "m4");
        appender.answers.add(message -> DONE);
        for (String id : List.of("m1", "m2", "m3", "m4", "n1")) {
            await(id, new Outcome.Accepted());
        }
    }

    @Test
    void whatWasTriedWaitsForHalfAMinuteAndWhatIsBehindItForTheTimeOut() throws InterruptedException {
        append("t1", "g", "m1");
        assertThat(appender.next()).containsExactly("m1");
        append("t1", "g", "m2");
        appender.away.put("t1", new CountDownLatch(1));
        appender.answers.add(message -> new Fate.Undecided("lost"));
        Await.until("m1 waits again", () -> log.size() == 2);
        pass(TIMEOUT.plusSeconds(1));
        await("m2", new Outcome.Unavailable());
        assertThat(outcomes).doesNotContainKey("m1");
        pass(BatchingLog.UNDECIDED);
        await("m1", new Outcome.Unknown());
    }

    @Test
    void oneThatALaterMessageOfItsConversationOvertookIsNotTriedAgain() throws InterruptedException {
        CountDownLatch away = new CountDownLatch(1);
        appender.away.put("t1", away);
        append("t1", "g", "m1", "m2");
        append("t1", "h", "n1", "n2");
        away.countDown();
        assertThat(appender.next()).hasSize(4);
        appender.answers.add(message -> switch (message.clientMsgId()) {
            case "m1" -> new Fate.Undecided("lost");
            case "n1" -> new Fate.NotAppended("refused");
            default -> DONE;
        });
        await("m1", new Outcome.Unknown());
        await("n1", new Outcome.Unavailable());
        await("m2", new Outcome.Accepted());
        append("t1", "g", "m3");
        assertThat(appender.next()).containsExactly("m3");
    }

    @Test
    void oneTenantsTroubleIsItsOwn() throws InterruptedException {
        appender.away.put("t1", new CountDownLatch(1));
        append("t1", "g", "m1");
        append("t2", "g", "n1");
        appender.answers.add(message -> DONE);
        await("n1", new Outcome.Accepted());
        assertThat(outcomes).doesNotContainKey("m1");
    }

    @Test
    void aFullQueueRefusesAfterTheTimeOutAndTakesMoreWhenThereIsRoom() throws InterruptedException {
        timeout = Duration.ofMillis(50);
        CountDownLatch away = new CountDownLatch(1);
        appender.away.put("t1", away);
        ByteString large = ByteString.copyFrom(new byte[1 << 20]);
        List<Outcome> refused = new CopyOnWriteArrayList<>();
        List<String> taken = new ArrayList<>();
        for (int i = 0; refused.isEmpty() && i < 100; i++) {
            log.append(Sample.message("t1", "g", "m" + i, large), refused::add);
            taken.add("m" + i);
        }
        assertThat(refused).containsExactly(new Outcome.Unavailable());
        assertThat(taken.size() - 1).isLessThanOrEqualTo((int) ((BatchingLog.mostBytes() / 2) >> 20) + 1);
        pass(timeout.plusSeconds(1));
        assertThat(log.size()).isZero();
        append("t1", "g", "n1");
        away.countDown();
        assertThat(appender.next()).containsExactly("n1");
    }

    @Test
    void whatIsLeftWhenItClosesIsAnswered() throws InterruptedException {
        append("t1", "g", "m1");
        assertThat(appender.next()).containsExactly("m1");
        append("t1", "g", "m2");
        Thread closing = Thread.ofVirtual().start(log::close);
        await("m1", new Outcome.Unknown());
        await("m2", new Outcome.Unavailable());
        closing.join();
        append("t1", "g", "m3");
        await("m3", new Outcome.Unavailable());
    }
}
