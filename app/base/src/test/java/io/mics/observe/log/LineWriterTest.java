package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineWriterTest {
    private final Counter dropped = new Metrics().counter(Metric.HOOK_RECORDS_DROPPED, "n1");
    private final Lines out = new Lines();

    /** Takes lines once it is let; {@code fail} and {@code odd} are not written. */
    private static final class Lines implements LineWriter.Out<String> {
        final List<String> written = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch may = new CountDownLatch(1);
        final Semaphore flushed = new Semaphore(0);
        final Semaphore tries = new Semaphore(0);
        final Semaphore reopened = new Semaphore(0);
        volatile boolean reopens = true;
        volatile boolean closed;

        @Override
        public void write(String line) throws IOException {
            begun.countDown();
            try {
                may.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            switch (line) {
                case "fail" -> throw new IOException("disk full");
                case "odd" -> throw new IllegalArgumentException("odd");
                case String usual -> written.add(usual);
            }
        }

        @Override
        public void flush() {
            flushed.release();
        }

        @Override
        public void reopen() throws IOException {
            tries.release();
            if (!reopens) {
                throw new IOException("still full");
            }
            reopened.release();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whoEnqueuesNeverWaitsAndWhatFindsNoRoomIsCounted() throws Exception {
        LineWriter<String> writer = new LineWriter<>("test", out, 2, 100, dropped);
        writer.enqueue("a", 0);
        out.begun.await();
        for (String line : List.of("b", "c", "d", "e")) {
            writer.enqueue(line, 0);
        }
        assertThat(dropped.value()).isEqualTo(2);
        out.may.countDown();
        writer.close();
        assertThat(out.written).containsExactly("a", "b", "c");
        assertThat(out.closed).isTrue();
        writer.enqueue("late", 0);
        writer.close();
        assertThat(dropped.value()).isEqualTo(3);
    }

    @Test
    void bytesThatWaitAreBoundedButOneLineMayBeLargeAlone() throws Exception {
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        writer.enqueue("large", 1_000);
        out.begun.await();
        writer.enqueue("no room", 1);
        assertThat(dropped.value()).isEqualTo(1);
        out.may.countDown();
        writer.close();
        assertThat(out.written).containsExactly("large");
    }

    @Test
    void aLineThatCannotBeMadeCostsOnlyItself() {
        out.may.countDown();
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        List.of("a", "odd", "b").forEach(line -> writer.enqueue(line, 1));
        writer.close();
        assertThat(out.written).containsExactly("a", "b");
        assertThat(dropped.value()).isEqualTo(1);
    }

    @Test
    void afterAFailureLinesAreDroppedUntilATrySucceeds() throws Exception {
        out.may.countDown();
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped, Duration.ofMillis(1));
        writer.enqueue("a", 1);
        assertThat(out.flushed.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        out.reopens = false;
        writer.enqueue("fail", 1);
        assertThat(out.tries.tryAcquire(3, 20, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.problem()).contains("cannot write: still full");
        writer.enqueue("b", 1);
        writer.enqueue("c", 1);
        out.reopens = true;
        assertThat(out.reopened.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        writer.enqueue("d", 1);
        Await.until("a line was written", () -> writer.problem().isEmpty());
        writer.close();
        assertThat(out.written).startsWith("a").endsWith("d");
        assertThat(out.written.size() + dropped.value()).isEqualTo(5);
        assertThat(dropped.value()).isGreaterThanOrEqualTo(1);
        assertThat(out.closed).isTrue();
    }

    @Test
    void aFileThatOpensOnAFullDiskIsNoSignThatThereIsRoom() throws Exception {
        out.may.countDown();
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped, Duration.ofMillis(1));
        writer.enqueue("fail", 1);
        for (int line = 0; line < 3; line++) {
            assertThat(out.reopened.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.problem()).contains("cannot write: disk full");
            writer.enqueue("fail", 1);
        }
        assertThat(out.reopened.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        assertThat(out.reopened.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
        writer.enqueue("a", 1);
        Await.until("a line was written", () -> writer.problem().isEmpty());
        writer.close();
        assertThat(out.written).containsExactly("a");
        assertThat(dropped.value()).isEqualTo(4);
    }

    @Test
    void linesThatWereNotFlushedWhenItFailedCountAsDropped() {
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        List.of("a", "b", "fail", "c").forEach(line -> writer.enqueue(line, 1));
        out.may.countDown();
        writer.close();
        assertThat(dropped.value()).isEqualTo(4);
        assertThat(writer.problem()).contains("cannot write: disk full");
    }
}
