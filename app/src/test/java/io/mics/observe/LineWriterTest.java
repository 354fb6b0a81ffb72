package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
        public void flush() {}

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whoOffersNeverWaitsAndWhatFindsNoRoomIsCounted() throws Exception {
        LineWriter<String> writer = new LineWriter<>("test", out, 2, 100, dropped);
        writer.offer("a", 0);
        out.begun.await();
        for (String line : List.of("b", "c", "d", "e")) {
            writer.offer(line, 0);
        }
        assertThat(dropped.value()).isEqualTo(2);
        out.may.countDown();
        writer.close();
        assertThat(out.written).containsExactly("a", "b", "c");
        assertThat(out.closed).isTrue();
        writer.offer("late", 0);
        writer.close();
        assertThat(dropped.value()).isEqualTo(3);
    }

    @Test
    void bytesThatWaitAreBoundedButOneLineMayBeLargeAlone() throws Exception {
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        writer.offer("large", 1_000);
        out.begun.await();
        writer.offer("no room", 1);
        assertThat(dropped.value()).isEqualTo(1);
        out.may.countDown();
        writer.close();
        assertThat(out.written).containsExactly("large");
    }

    @Test
    void aLineThatCannotBeMadeCostsOnlyItself() {
        out.may.countDown();
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        List.of("a", "odd", "b").forEach(line -> writer.offer(line, 1));
        writer.close();
        assertThat(out.written).containsExactly("a", "b");
        assertThat(dropped.value()).isEqualTo(1);
    }

    @Test
    void onceWritingFailedEverythingIsDroppedAndCounted() {
        out.may.countDown();
        LineWriter<String> writer = new LineWriter<>("test", out, 100, 100, dropped);
        List.of("a", "fail", "b", "c").forEach(line -> writer.offer(line, 1));
        writer.close();
        assertThat(out.written).containsExactly("a");
        assertThat(dropped.value()).isEqualTo(3);
        assertThat(out.closed).isTrue();
    }
}
