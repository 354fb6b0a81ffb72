package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogBudgetTest {
    private final AtomicLong now = new AtomicLong(1);
    private final LogBudget budget = new LogBudget(now::get);

    private static LogRecord line(String event) {
        LogRecord line = new Log.Line(Level.WARNING, event);
        line.setLoggerName("io.mics.Some");
        return line;
    }

    private static LogRecord library(String text, Throwable thrown) {
        LogRecord line = new LogRecord(Level.WARNING, text);
        line.setLoggerName("io.helidon.webserver.Some");
        line.setThrown(thrown);
        return line;
    }

    private int admitted(int lines, String event) {
        int admitted = 0;
        for (int i = 0; i < lines; i++) {
            admitted += budget.admits(line(event)) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void oneKindHasABurstAndThenItsShareOfEachSecondAndDisturbsNoOther() {
        assertThat(admitted(1_000, "a")).isEqualTo(LogBudget.BURST);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(admitted(1_000, "a")).isEqualTo(2 * LogBudget.PER_SECOND);
        assertThat(admitted(10, "b")).isEqualTo(10);
        assertThat(budget.suppressed()).isEqualTo(2_000 - LogBudget.BURST - 2 * LogBudget.PER_SECOND);
    }

    @Test
    void linesBelowInfoAreAllWrittenForThoseWhoAskedForThem() {
        LogRecord fine = new LogRecord(Level.FINE, "a");
        fine.setLoggerName("io.mics.Some");
        for (int i = 0; i < 10 * LogBudget.BURST; i++) {
            assertThat(budget.admits(fine)).isTrue();
        }
    }

    @Test
    void whatWasNotWrittenIsLoggedOnce() {
        admitted(LogBudget.BURST + 7, "a");
        assertThat(budget.summaries()).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("log_lines_suppressed");
            assertThat(line.getParameters()).containsExactly("of", "io.mics.Some", "line", "a", "count", 7L);
        });
        assertThat(budget.summaries()).isEmpty();
    }

    @Test
    void textsOfLibrariesThatDifferInIdsAreOneKind() {
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += budget.admits(library("[0x" + i + "] went wrong", new IOException("x"))) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(LogBudget.BURST);
    }

    @Test
    void kindsBeyondTheBoundShareOneBudget() {
        for (int i = 0; i < LogBudget.KINDS_MAX; i++) {
            budget.admits(line("kind" + i));
        }
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += budget.admits(line("further" + i)) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(LogBudget.BURST);
    }

    @Test
    void aLibrarysLineAboutAClientHasNoStackTraceAndOneAboutADefectHas() {
        LogRecord client = LogBudget.withoutClientsStack(
                library("lost", new IllegalStateException(new UncheckedIOException(new IOException("reset by peer")))));
        assertThat(client.getThrown()).isNull();
        assertThat(client.getMessage()).contains("lost").contains("reset by peer");
        assertThat(LogBudget.withoutClientsStack(library("bug", new NullPointerException()))
                        .getThrown())
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void theHandlerWritesTheBurstAndThenHowManyItDidNot() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StdoutHandler handler = new StdoutHandler(out);
        handler.setFormatter(new JsonLogFormatter("n"));
        for (int i = 0; i < 5_000; i++) {
            handler.publish(line("flood"));
        }
        handler.close();
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().filter(l -> l.contains("\"event\":\"flood\"")).count())
                .isBetween((long) LogBudget.BURST, 4_000L);
        assertThat(text).contains("\"event\":\"log_lines_suppressed\"");
    }
}
