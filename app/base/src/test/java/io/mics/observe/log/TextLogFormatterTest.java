package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Log;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TextLogFormatterTest {
    private final TextLogFormatter formatter = new TextLogFormatter(ZoneOffset.UTC, false);

    private static LogRecord record(Level level, String event, @Nullable Object... fields) {
        LogRecord record = new Log.Line(level, event);
        record.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        record.setLoggerName("io.mics.hook.TenantBackend");
        record.setParameters(fields);
        return record;
    }

    @Test
    void aLineReadsLikeOneAndQuotesWhatIsNoWord() {
        assertThat(formatter.format(record(
                        Level.WARNING,
                        "hook_failed",
                        "tenant",
                        "t1",
                        "url",
                        "http://127.0.0.1:9/x",
                        "cause",
                        "no answer",
                        "attempt",
                        3,
                        "none",
                        null,
                        "of",
                        List.of("a", "b"))))
                .isEqualTo("03:04:05.678 WARN  hook_failed tenant=t1 url=http://127.0.0.1:9/x cause=\"no answer\""
                        + " attempt=3 none=null of=[\"a\",\"b\"]  TenantBackend\n");
    }

    @Test
    void nothingThatComesFromOutsideReachesTheTerminal() {
        LogRecord library = new LogRecord(Level.WARNING, "odd \033[31mred\nline");
        library.setThrown(new IllegalStateException("\033]0;title\007"));
        String text = formatter.format(library) + formatter.format(record(Level.INFO, "e", "v", "\033[2J\u009b1m"));
        assertThat(text.chars().filter(c -> c != '\n' && (c < 0x20 || (c >= 0x7f && c < 0xa0))))
                .isEmpty();
        assertThat(text).contains("odd \\u001b[31mred\\nline", "IllegalStateException", "v=\"\\u001b[2J");
    }

    @Test
    void nothingThatComesFromOutsideTurnsTheLineAround() {
        String text = formatter.format(record(Level.INFO, "e", "v", "a\u202eb\u2067c"));
        assertThat(text).contains("v=\"a\\u202eb\\u2067c\"");
    }

    @Test
    void coloursAreForTerminalsAlone() {
        assertThat(formatter.format(record(Level.SEVERE, "e"))).doesNotContain("\033");
        assertThat(new TextLogFormatter(ZoneOffset.UTC, true).format(record(Level.SEVERE, "e")))
                .contains("\033[1;31mERROR\033[0m e", "\033[2mTenantBackend\033[0m");
    }
}
