package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.pipeline.log.LogRecords;
import io.mics.store.MessageWriter;
import io.mics.testing.Await;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionWriterTest {
    private final Metrics metrics = new Metrics();
    private final TraceBuffer traces = new TraceBuffer(100, Clock.systemUTC());
    private final Ledger ledger = new Ledger();
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch delivery = new CountDownLatch(0);
    private final DistributionQueues distribution = new DistributionQueues(
            (message, stored, acknowledge, repeated) -> {
                happened.add("distributing " + message.clientMsgId());
                delivery.await();
                happened.add("distributed " + message.clientMsgId() + (repeated ? " again" : ""));
                return Sample.DONE;
            },
            metrics);
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final Semaphore atGate = new Semaphore(0);
    private final AtomicBoolean safe = new AtomicBoolean(true);

    private final PartitionWriter.Steps steps = new PartitionWriter.Steps(
            batch -> {
                if (batch.getFirst().tenant().equals("t1")) {
                    awaitGate();
                    if (failures.getAndDecrement() > 0) {
                        return failures.get() % 2 == 0
                                ? new MessageWriter.Result.NotCommitted("away")
                                : new MessageWriter.Result.Unknown("lost");
                    }
                }
                batches.add(batch.size());
                return ledger.write(batch);
            },
            (message, stored, repeated, done) -> {
                happened.add("published " + message.clientMsgId() + (repeated ? " again" : ""));
                if (safe.get()) {
                    done.run();
                }
            },
            distribution,
            new TenantPermits(2),
            PipelineMeters.of(metrics),
            traces);
    private final PartitionWriter writer = new PartitionWriter("p0", "t1", steps);

    @AfterEach
    void stop() throws InterruptedException {
        gate.countDown();
        delivery.countDown();
        writer.stop();
        writer.awaitIdle(TimeUnit.SECONDS.toNanos(60));
        distribution.close();
    }

    private void awaitGate() {
        try {
            atGate.release();
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(PartitionWriter to, String tenant, String id) {
        add(to, new LogRecords.Read.Message(Sample.message(tenant, "g", id)), id, 10, true);
    }

    private void add(PartitionWriter to, LogRecords.Read read, String id, int bytes, boolean lettersAreTaken) {
        to.add(new PartitionWriter.Entry(
                read,
                bytes,
                (cause, done) -> {
                    happened.add("dead " + id + ": " + cause);
                    if (lettersAreTaken) {
                        done.run();
                    }
                },
                () -> happened.add("settled " + id)));
    }

    private void await(String what) {
        Await.until(what + " in " + happened, () -> happened.contains(what));
    }

    @Test
    void whatIsStoredIsPublishedDistributedAndSettledInOrder() {
        add(writer, "t1", "m1");
        await("settled m1");
        await("distributed m1");
        add(writer, "t1", "m1");
        await("published m1 again");
        await("distributed m1 again");
        assertThat(happened.indexOf("published m1")).isLessThan(happened.indexOf("settled m1"));
        assertThat(ledger.of("t1", "g")).containsExactly("m1");
        assertThat(metrics.counter(Metric.PIPELINE_MESSAGES, "t1", "stored").value())
                .isEqualTo(1);
        assertThat(metrics.counter(Metric.PIPELINE_MESSAGES, "t1", "duplicate").value())
                .isEqualTo(1);
    }

    @Test
    void itsTraceSaysWhereAMessageWasStoredAndWhatCameOfItThen() {
        add(writer, "t1", "m1");
        await("settled m1");
        assertThat(traces.of("t1", "m1"))
                .extracting(step -> step.what() + ": " + step.detail())
                .satisfiesExactlyInAnyOrder(
                        stored -> assertThat(stored)
                                .startsWith("stored: number 1, message id ")
                                .endsWith(", in a batch of 1 from p0"),
                        event -> assertThat(event).isEqualTo("persisted event: published"),
                        last -> assertThat(last)
                                .startsWith("distributed: to 1 device (1 of this node) of 1 of 2 users"));
        assertThat(traces.reach("t1", "m1")).isEqualTo("stored as number 1, delivered to 1 device");
        add(writer, "t1", "m1");
        await("published m1 again");
        Await.until(
                "it is found stored",
                () -> traces.of("t1", "m1").stream()
                        .anyMatch(step -> step.detail().startsWith("was stored before: number 1, ")));
    }

    @Test
    void whatIsNotSafelyPublishedIsNotSettled() throws InterruptedException {
        safe.set(false);
        add(writer, "t1", "m1");
        await("distributed m1");
        writer.stop();
        writer.awaitIdle(TimeUnit.SECONDS.toNanos(60));
        assertThat(happened).doesNotContain("settled m1");
    }

    @Test
    void whatIsNotDistributedIsNotSettled() throws InterruptedException {
        delivery = new CountDownLatch(1);
        add(writer, "t1", "m1");
        await("distributing m1");
        writer.stop();
        writer.awaitIdle(TimeUnit.SECONDS.toNanos(60));
        assertThat(happened).contains("published m1").doesNotContain("settled m1");
        delivery.countDown();
        await("settled m1");
        assertThat(happened.indexOf("distributed m1")).isLessThan(happened.indexOf("settled m1"));
    }

    @Test
    void writersAreStoppedTogetherBeforeAnyOfThemIsWaitedFor() throws InterruptedException {
        gate = new CountDownLatch(1);
        CountDownLatch gateOfOther = new CountDownLatch(1);
        PartitionWriter.Steps others = new PartitionWriter.Steps(
                batch -> {
                    happened.add("writing " + batch.getFirst().clientMsgId());
                    try {
                        gateOfOther.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return ledger.write(batch);
                },
                steps.events(),
                distribution,
                steps.permits(),
                steps.meters(),
                steps.traces());
        PartitionWriter other = new PartitionWriter("p1", "t2", others);
        add(writer, "t1", "m1");
        add(other, "t2", "n1");
        assertThat(atGate.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        await("writing n1");
        add(other, "t2", "n2");
        Thread stopping = Thread.ofVirtual().start(() -> {
            try {
                PartitionWriter.stop(List.of(writer, other), TimeUnit.SECONDS.toNanos(60));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("it waits for the first", () -> stopping.getState() == Thread.State.TIMED_WAITING);
        gateOfOther.countDown();
        await("settled n1");
        other.awaitIdle(TimeUnit.SECONDS.toNanos(60));
        assertThat(happened).doesNotContain("writing n2");
        gate.countDown();
        stopping.join();
        await("settled m1");
    }

    @Test
    void whatIsThereIsStoredTogetherAsFarAsItFitsOneTransaction() throws InterruptedException {
        gate = new CountDownLatch(1);
        add(writer, "t1", "first");
        // it is in hand, and what comes meanwhile waits for the next
        assertThat(atGate.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 700; i++) {
            add(writer, "t1", "m" + i);
        }
        add(writer, new LogRecords.Read.Message(Sample.message("t1", "g", "large")), "large", 5 << 20, true);
        gate.countDown();
        await("settled large");
        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(702);
        assertThat(batches).containsExactly(1, 500, 200, 1);
    }

    @Test
    void aBatchThatTheDatabaseDoesNotTakeIsWrittenAgainWhileOtherPartitionsGoOn() throws InterruptedException {
        failures.set(Integer.MAX_VALUE);
        add(writer, "t1", "m1");
        Await.until(
                "it was tried",
                () -> metrics.counter(Metric.PIPELINE_RETRIES, "t1").value() > 0);
        PartitionWriter other = new PartitionWriter("p1", "t2", steps);
        add(other, "t2", "n1");
        await("settled n1");
        add(writer, "t1", "m2");
        assertThat(happened).doesNotContain("settled m1");
        failures.set(2);
        await("settled m2");
        assertThat(ledger.of("t1", "g")).containsExactly("m1", "m2");
        other.stop();
        other.awaitIdle(TimeUnit.SECONDS.toNanos(60));
    }

    @Test
    void aDatabaseThatHangsForOneTenantLeavesTheOthersAPermit() {
        gate = new CountDownLatch(1);
        PartitionWriter second = new PartitionWriter("p2", "t1", steps);
        add(writer, "t1", "m1");
        add(second, "t1", "m2");
        PartitionWriter other = new PartitionWriter("p1", "t2", steps);
        add(other, "t2", "n1");
        await("settled n1");
        gate.countDown();
        await("settled m1");
        await("settled m2");
        second.stop();
        other.stop();
    }

    @Test
    void whatCannotBeStoredGoesToTheDeadLettersAndIsSettledOnceItIsThere() {
        gate = new CountDownLatch(1);
        add(writer, "t1", "m1");
        add(writer, new LogRecords.Read.Unreadable("is no LogRecord"), "poison", 10, true);
        add(writer, new LogRecords.Read.Unreadable("is no LogRecord"), "stuck", 10, false);
        add(writer, "t1", "m2");
        gate.countDown();
        await("settled m2");
        await("settled poison");
        assertThat(happened).contains("dead stuck: is no LogRecord").doesNotContain("settled stuck");
        assertThat(ledger.of("t1", "g")).containsExactly("m1", "m2");
        assertThat(metrics.counter(Metric.PIPELINE_MESSAGES, "t1", "unreadable").value())
                .isEqualTo(2);
    }

    @Test
    void aStoppedWriterEndsItsPauseAndSettlesNothing() throws InterruptedException {
        failures.set(Integer.MAX_VALUE);
        add(writer, "t1", "m1");
        Await.until(
                "it was tried",
                () -> metrics.counter(Metric.PIPELINE_RETRIES, "t1").value() > 0);
        writer.stop();
        writer.awaitIdle(TimeUnit.SECONDS.toNanos(60));
        add(writer, "t1", "m2");
        assertThat(happened).isEmpty();
    }
}
