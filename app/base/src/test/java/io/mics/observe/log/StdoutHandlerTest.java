package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.ErrorPlanting;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A standard output that fails costs its lines; neither who logs nor the thread that flushes ends or waits. */
@Timeout(60)
@Tag("engine")
class StdoutHandlerTest {
    private static final int THREADS = 4;
    private static final int LINES = 200;

    private final Semaphore failures = new Semaphore(0);

    @AfterEach
    void forget() {
        CriticalThreads.forgetLost();
    }

    private StdoutHandler handler(OutputStream out) {
        StdoutHandler handler = new StdoutHandler(out);
        handler.setFormatter(new SimpleFormatter() {
            @Override
            public String format(LogRecord each) {
                return each.getMessage() + "\n";
            }
        });
        handler.setErrorManager(new ErrorManager() {
            @Override
            public void error(String message, Exception cause, int code) {
                failures.release();
            }
        });
        return handler;
    }

    private static LogRecord line(Level level, String text) {
        return new LogRecord(level, text);
    }

    /** Logs from several threads, more than the buffer holds and both flushed and unflushed, and waits for them. */
    private void logFromManyThreads(StdoutHandler handler) throws InterruptedException {
        String text = "x".repeat(200);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int n = 0; n < LINES; n++) {
                        handler.publish(line(n % 2 == 0 ? Level.INFO : Level.WARNING, text));
                    }
                    handler.publish(line(Level.INFO, "x".repeat(100_000)));
                } catch (Throwable e) {
                    thrown.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).isEmpty();
    }

    private void assertSurvives(OutputStream out) throws InterruptedException {
        StdoutHandler handler = handler(out);
        logFromManyThreads(handler);
        assertThat(failures.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        failures.drainPermits();
        LogRecord last = line(Level.INFO, "flushed by the thread of its own");
        last.setLoggerName("of a kind of its own, so that it is not suppressed");
        handler.publish(last);
        assertThat(failures.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat(CriticalThreads.lost().orElse("")).doesNotContain("log-flush");
        handler.close();
    }

    @Test
    void aFullDeviceEndsAndBlocksNobody() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")));
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            assertSurvives(full);
        }
    }

    @Test
    void aPipeWhoseReaderIsGoneEndsAndBlocksNobody() throws Exception {
        Process reader = new ProcessBuilder("true").start();
        reader.waitFor();
        OutputStream pipe = reader.getOutputStream();
        assertSurvives(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                pipe.write(bytes, from, count);
                pipe.flush();
            }
        });
    }

    @Test
    void aStreamThatThrowsWhatNobodyExpectsEndsAndBlocksNobody() throws Exception {
        assertSurvives(new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("planted");
            }
        });
    }

    @Test
    void anErrorThatALibraryOnlyLogsEndsTheProcess() throws InterruptedException {
        try (ErrorPlanting planting = ErrorPlanting.begin()) {
            StdoutHandler handler = handler(OutputStream.nullOutputStream());
            LogRecord defect = line(Level.WARNING, "Unexpected exception in the selector loop.");
            defect.setThrown(new IllegalStateException("planted"));
            handler.publish(defect);
            assertThat(planting.takeLines()).isEmpty();
            LogRecord error = line(Level.WARNING, "Unexpected exception in the selector loop.");
            error.setThrown(new IllegalStateException(new OutOfMemoryError("planted")));
            Thread.ofPlatform()
                    .name("lettuce-nio")
                    .start(() -> handler.publish(error))
                    .join();
            assertThat(planting.takeLines()).containsExactly("fatal error on thread lettuce-nio, exit code 70");
            handler.close();
        }
    }

    @Test
    void linesAreWrittenAgainOnceTheOutputTakesThem() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            private boolean worked;

            @Override
            public void write(int b) throws IOException {
                if (!worked) {
                    worked = true;
                    throw new IOException("no space left on device");
                }
                written.write(b);
            }
        };
        StdoutHandler handler = handler(out);
        handler.publish(line(Level.WARNING, "first"));
        assertThat(failures.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        handler.publish(line(Level.WARNING, "second"));
        handler.close();
        assertThat(written.toString(StandardCharsets.UTF_8)).endsWith("second\n");
    }
}
