package io.mics.store;

import static io.mics.store.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.MessageWriter.Result;
import io.mics.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitLogTest {
    private static final ConversationRef AB = ConversationRef.ofUsers("a", "b");
    private static final Duration LONG = Duration.ofSeconds(50);

    /** How an attempt ends that does not just succeed. */
    private enum Ending {
        NOT_COMMITTED,
        LOST_AFTER_COMMIT
    }

    /** Stores in memory; a test says how each attempt ends. */
    private static final class MemoryWriter implements MessageWriter {
        final Map<String, StoredMessage> stored = new ConcurrentHashMap<>();
        final List<List<String>> attempts = Collections.synchronizedList(new ArrayList<>());
        final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
        final Semaphore allowed = new Semaphore(Integer.MAX_VALUE / 2);
        final Set<String> poison = new HashSet<>();
        long seq;

        @Override
        public Result write(List<NewMessage> batch) {
            attempts.add(batch.stream().map(NewMessage::clientMsgId).toList());
            allowed.acquireUninterruptibly();
            Ending ending = endings.poll();
            if (ending == Ending.NOT_COMMITTED) {
                return new Result.NotCommitted("planted");
            }
            Result result = new Result.Committed(batch.stream().map(this::store).toList());
            return ending == Ending.LOST_AFTER_COMMIT ? new Result.Unknown("planted") : result;
        }

        private Written store(NewMessage message) {
            if (poison.contains(message.clientMsgId())) {
                return new Written.Refused("planted");
            }
            StoredMessage known = stored.get(message.clientMsgId());
            StoredMessage now = new StoredMessage(
                    message.conversation(),
                    known == null ? ++seq : known.seq(),
                    seq,
                    message.sender(),
                    "d",
                    message.clientMsgId(),
                    "",
                    message.body(),
                    Map.of(),
                    message.acceptedMs(),
                    0,
                    0,
                    0);
            stored.putIfAbsent(message.clientMsgId(), now);
            return new Written.Stored(stored.get(message.clientMsgId()), known != null);
        }
    }

    private final MemoryWriter writer = new MemoryWriter();
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private volatile GroupCommitLog log = log(LONG, 1_000, 1 << 20);

    private GroupCommitLog log(Duration timeout, int messages, long bytes) {
        return GroupCommitLog.start(
                new StoreSettings("", "", "", 9, "", messages, bytes),
                writer,
                (message, stored, duplicate, batch) ->
                        events.add("sink " + message.clientMsgId() + (duplicate ? " again" : "")),
                tenant -> timeout);
    }

    private void with(Duration timeout, int messages, long bytes) {
        log.close();
        log = log(timeout, messages, bytes);
    }

    @AfterEach
    void close() {
        writer.allowed.release(1_000);
        log.close();
    }

    private void append(String tenant, String id) throws InterruptedException {
        append(message(tenant, AB, "a", id, "body"));
    }

    private void append(NewMessage message) throws InterruptedException {
        log.append(message, outcome -> {
            events.add("done " + message.clientMsgId());
            outcomes.put(message.clientMsgId(), outcome);
        });
    }

    private Outcome outcome(String id) {
        Await.until("the outcome of " + id, () -> outcomes.containsKey(id));
        return Objects.requireNonNull(outcomes.get(id));
    }

    @Test
    void whatWaitsIsStoredTogetherAndReportedInOrder() throws InterruptedException {
        writer.allowed.drainPermits();
        append("t", "m0");
        Await.until("the first batch", () -> writer.attempts.size() == 1);
        for (int i = 1; i <= 5; i++) {
            append("t", "m" + i);
        }
        assertThat(outcomes).isEmpty();
        writer.allowed.release(2);
        assertThat(outcome("m5")).isEqualTo(new Outcome.Stored(6, 6, false));
        Await.until("the last is handed over", () -> events.contains("sink m5"));
        assertThat(writer.attempts).containsExactly(List.of("m0"), List.of("m1", "m2", "m3", "m4", "m5"));
        assertThat(events.stream().filter(e -> e.startsWith("sink")))
                .containsExactly("sink m0", "sink m1", "sink m2", "sink m3", "sink m4", "sink m5");
        assertThat(events.indexOf("done m5")).isLessThan(events.indexOf("sink m1"));
    }

    @Test
    void aBatchThatFailsIsStoredAgainBeforeAnythingElse() throws InterruptedException {
        writer.allowed.drainPermits();
        writer.endings.add(Ending.NOT_COMMITTED);
        writer.endings.add(Ending.NOT_COMMITTED);
        append("t", "m0");
        Await.until("the first attempt", () -> writer.attempts.size() == 1);
        append("t", "m1");
        writer.allowed.release(10);
        assertThat(outcome("m0")).isEqualTo(new Outcome.Stored(1, 1, false));
        assertThat(outcome("m1")).isEqualTo(new Outcome.Stored(2, 2, false));
        assertThat(writer.attempts).containsExactly(List.of("m0"), List.of("m0"), List.of("m0"), List.of("m1"));
    }

    @Test
    void whatIsSureNotToBeStoredFailsAfterItsTimeOut() throws InterruptedException {
        with(Duration.ofMillis(1), 1, 1 << 20);
        writer.endings.addAll(Collections.nCopies(200, Ending.NOT_COMMITTED));
        append("t", "m0");
        assertThat(outcome("m0")).isEqualTo(new Outcome.Unavailable());
        assertThat(writer.stored).isEmpty();
        assertThat(events).containsExactly("done m0");
        writer.endings.clear();
        append("t", "m1");
        assertThat(outcome("m1")).as("its room is free").isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void whatMayBeStoredIsTriedBeyondItsTimeOutUntilThatIsKnown() throws InterruptedException {
        with(Duration.ofMillis(1), 1_000, 1 << 20);
        writer.endings.add(Ending.LOST_AFTER_COMMIT);
        writer.endings.add(Ending.NOT_COMMITTED);
        append("t", "m0");
        assertThat(outcome("m0")).isEqualTo(new Outcome.Stored(1, 1, false));
        assertThat(writer.attempts).hasSize(3);
        Await.until("it is handed over as new", () -> events.contains("sink m0"));
    }

    @Test
    void aRepeatedMessageIsADuplicateThoughItWasInDoubt() throws InterruptedException {
        append("t", "m0");
        outcome("m0");
        writer.endings.add(Ending.LOST_AFTER_COMMIT);
        append(message("t", AB, "a", "m0", "another body"));
        Await.until("it is handed over", () -> events.contains("sink m0 again"));
        assertThat(outcome("m0")).isEqualTo(new Outcome.Stored(1, 1, true));
    }

    @Test
    void aMessageThatTheDatabaseNeverTakesIsRefusedAloneAndIsNotDistributed() throws InterruptedException {
        writer.allowed.drainPermits();
        writer.poison.add("m1");
        append("t", "m0");
        append("t", "m1");
        append("t", "m2");
        writer.allowed.release(10);
        assertThat(outcome("m1")).isEqualTo(new Outcome.Refused(Outcome.Refused.Reason.NOT_STORABLE));
        assertThat(outcome("m2")).isInstanceOf(Outcome.Stored.class);
        Await.until("the others are handed over", () -> events.contains("sink m2"));
        assertThat(events).contains("sink m0").doesNotContain("sink m1");
    }

    @Test
    void whoFindsNoRoomWaitsForItAndKeepsItsPosition() throws InterruptedException {
        with(LONG, 4, 1 << 20);
        writer.allowed.drainPermits();
        append("t", "m0");
        append("t", "m1"); // half of the room: this tenant has no more
        CountDownLatch both = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                append("t", "m2");
                append("t", "m3");
                both.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        append("other", "o0"); // another tenant has room
        assertThat(outcomes).isEmpty();
        writer.allowed.release(100);
        both.await();
        outcome("m3");
        outcome("o0");
        assertThat(writer.attempts.stream().flatMap(List::stream).filter(id -> id.startsWith("m")))
                .containsExactly("m0", "m1", "m2", "m3");
    }

    @Test
    void whoFindsNoRoomInTimeIsUnavailable() throws InterruptedException {
        with(Duration.ofMillis(20), 1, 1 << 20);
        writer.allowed.drainPermits();
        append("t", "m0");
        append("t", "m1");
        assertThat(outcome("m1")).isEqualTo(new Outcome.Unavailable());
        writer.allowed.release(10);
        assertThat(outcome("m0")).isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void bytesAreBoundedTooAndALargeMessageHasItsTime() throws InterruptedException {
        with(Duration.ofMillis(20), 1_000, 10_000);
        writer.allowed.drainPermits();
        append(message("t", AB, "a", "large", "x".repeat(50_000)));
        append("t", "m1");
        assertThat(outcome("m1")).isEqualTo(new Outcome.Unavailable());
        writer.allowed.release(10);
        assertThat(outcome("large")).isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void aTenantsFloodDoesNotDelayAnother() throws InterruptedException {
        writer.allowed.drainPermits();
        append("t", "first");
        Await.until("the first batch", () -> writer.attempts.size() == 1);
        flood("flood");
        append("other", "o0");
        writer.allowed.release(100);
        outcome("o0");
        assertThat(writer.attempts.get(1))
                .hasSizeLessThanOrEqualTo(MessageWriter.MOST_MESSAGES)
                .startsWith("f0", "o0");
    }

    private void flood(String tenant) throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            append(tenant, "f" + i);
        }
    }

    @Test
    void anInterruptedAppendIsNotInTheLog() throws InterruptedException {
        with(LONG, 1, 1 << 20);
        writer.allowed.drainPermits();
        append("t", "m0");
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                append("t", "m1");
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        waiting.interrupt();
        assertThat(interrupted.await(50, TimeUnit.SECONDS)).isTrue();
        writer.allowed.release(10);
        outcome("m0");
        log.close();
        assertThat(writer.stored).containsOnlyKeys("m0");
        assertThat(outcomes).doesNotContainKey("m1");
    }

    @Test
    void closingStoresWhatIsQueuedAndRefusesWhatComesLater() throws InterruptedException {
        writer.allowed.drainPermits();
        append("t", "m0");
        append("t", "m1");
        Thread closing = Thread.ofVirtual().start(log::close);
        writer.allowed.release(10);
        closing.join();
        assertThat(outcomes.get("m0")).isInstanceOf(Outcome.Stored.class);
        assertThat(outcomes.get("m1")).isInstanceOf(Outcome.Stored.class);
        append("t", "m2");
        assertThat(outcomes.get("m2")).isEqualTo(new Outcome.Unavailable());
    }

    @Test
    void closingWhileTheDatabaseIsAwayEndsWithAnOutcomeForEverybody() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            writer.endings.add(i == 0 ? Ending.LOST_AFTER_COMMIT : Ending.NOT_COMMITTED);
        }
        append("t", "m0");
        Await.until("an attempt", () -> writer.attempts.size() > 1);
        append("t", "m1");
        log.close();
        assertThat(outcomes).containsEntry("m0", new Outcome.Unknown()).containsEntry("m1", new Outcome.Unavailable());
    }

    @Test
    void closingTriesNoMoreBatchesOnceTheDatabaseDidNotTakeOne() throws InterruptedException {
        with(LONG, 10_000, 1 << 30);
        writer.allowed.drainPermits();
        for (int i = 0; i < 100; i++) {
            writer.endings.add(Ending.NOT_COMMITTED);
        }
        append("t", "m0");
        Await.until("an attempt", () -> writer.attempts.size() == 1);
        for (int i = 1; i <= 1_200; i++) {
            append("t", "m" + i);
        }
        Thread closing = Thread.ofVirtual().start(log::close);
        Await.until("it is closed", () -> closing.getState() == Thread.State.WAITING);
        writer.allowed.release(1_000);
        closing.join();
        assertThat(writer.attempts).containsExactly(List.of("m0"));
        assertThat(outcomes)
                .hasSize(1_201)
                .allSatisfy((id, outcome) -> assertThat(outcome).isEqualTo(new Outcome.Unavailable()));
    }

    @Test
    void aSinkThatThrowsDoesNotEndTheLog() throws InterruptedException {
        log.close();
        log = GroupCommitLog.start(
                new StoreSettings("", "", "", 9, "", 10, 1 << 20),
                writer,
                (message, stored, duplicate, batch) -> {
                    throw new IllegalStateException("planted");
                },
                tenant -> LONG);
        append("t", "m0");
        outcome("m0");
        append("t", "m1");
        assertThat(outcome("m1")).isInstanceOf(Outcome.Stored.class);
    }
}
