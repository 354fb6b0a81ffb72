package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Log;
import io.mics.testing.Await;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonLogFormatterTest {
    private static final Map<Level, String> NAMES =
            Map.of(Level.INFO, "INFO", Level.WARNING, "WARN", Level.SEVERE, "ERROR");

    private final JsonLogFormatter formatter = new JsonLogFormatter("node-\"1\"");

    @Test
    void writesEventNodeAndFieldsAsOneParsableLine() {
        String line = line("hook_failed", "tenant", "t1", "attempt", 3, "traceId", null, "took", 1.5, "ok", true);
        JsonObject json = parse(line);

        assertThat(json.getString("event")).isEqualTo("hook_failed");
        assertThat(json.getString("node")).isEqualTo("node-\"1\"");
        assertThat(json.getString("level")).isEqualTo("INFO");
        assertThat(json.getString("logger")).isEqualTo("TenantBackend");
        assertThat(json.getString("tenant")).isEqualTo("t1");
        assertThat(line)
                .matches("\\{\"ts\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",[^\n]*}\n")
                .contains("\"attempt\":3", "\"traceId\":null", "\"took\":1.5", "\"ok\":true");
    }

    @Test
    void escapesWhatCouldBreakALineOrItsReader() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x120; c++) {
            all.append(c);
        }
        all.append("\u2028\u2029\ud83d\ude00");
        String line = line("e", "value", all.toString());

        assertThat(line.chars().filter(c -> c < 0x20 || c == 0x7f || c == 0x2028))
                .containsExactly((int) '\n');
        assertThat(parse(line).getString("value")).isEqualTo(all.toString());
    }

    @Test
    void writesLoneSurrogatesAsEscapes() {
        assertThat(line("e", "value", "a\ud800b\udc00")).contains("\"a\\ud800b\\udc00\"");
    }

    @Test
    void toleratesANameWithoutAValueAndNumbersThatJsonLacks() {
        assertThat(line("e", "x", Double.NaN, "last")).contains("\"x\":\"NaN\",\"last\":null}");
    }

    @Test
    void keepsTheStackOfAnExceptionInOneString() {
        LogRecord record = new Log.Line(Level.SEVERE, "defect");
        record.setThrown(new IllegalStateException("bad \"state\"\nsecond line"));
        String line = formatter.format(record);

        assertThat(line).hasLineCount(1);
        assertThat(parse(line).getString("exception"))
                .contains("IllegalStateException: bad \"state\"\nsecond line", "\tat io.mics.observe");
    }

    @Test
    void fillsInTheArgumentsOfLibrariesMessages() {
        LogRecord record = new LogRecord(Level.WARNING, "closed {0}");
        record.setParameters(new Object[] {"socket"});
        assertThat(formatter.format(record)).contains("\"event\":\"message\"", "\"message\":\"closed socket\"");
    }

    @Test
    void listsAndMapsOfScalarsAreJsonAndEndWhereTheyAreLong() {
        Map<String, Object> map = new TreeMap<>(Map.of("a", 1, "b", List.of("x", true)));
        assertThat(line("e", "list", List.of("t1", "t\"2"), "map", map, "one", Constant.HIGH, "array", new String[] {"q"
                }))
                .contains("\"list\":[\"t1\",\"t\\\"2\"]", "\"map\":{\"a\":1,\"b\":[\"x\",true]}")
                .contains("\"one\":\"HIGH\"", "\"array\":[\"q\"]");
        List<Integer> many = IntStream.range(0, 100).boxed().toList();
        assertThat(parse(line("e", "many", many)).getJsonArray("many"))
                .hasSize(65)
                .last()
                .hasToString("\"and 36 more\"");
        Map<String, Integer> large = new TreeMap<>();
        many.forEach(n -> large.put("key" + n, n));
        assertThat(parse(line("e", "large", large)).getJsonObject("large"))
                .hasSize(65)
                .containsEntry("more", Json.createValue(36));
    }

    private enum Constant {
        HIGH
    }

    private record Secret(String token) {}

    @Test
    void whatIsNeitherScalarNorListNorMapIsNamedByItsClassAndNeverPrinted() {
        List<Object> deep = List.of(List.of(List.of(List.of(List.of("bottom")))));
        String line = line("e", "record", new Secret("hidden"), "in", List.of(new Secret("hidden")), "deep", deep);
        assertThat(line).contains("<" + Secret.class.getName() + ">").doesNotContain("hidden", "bottom");
        parse(line);
    }

    @Test
    void levelsAreTheFourOfOperators() {
        for (Level level : List.of(Level.FINEST, Level.CONFIG, Level.INFO, Level.WARNING, Level.SEVERE)) {
            assertThat(parse(formatter.format(new Log.Line(level, "e"))).getString("level"))
                    .isEqualTo(level.intValue() < 800 ? "DEBUG" : NAMES.get(level));
        }
    }

    @Test
    void flushesWarningsAtOnceAndTheRestWithinATenthOfASecond() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StdoutHandler handler = new StdoutHandler(out);
        handler.setFormatter(formatter);
        handler.publish(new Log.Line(Level.WARNING, "now"));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"now\"");
        handler.publish(new Log.Line(Level.INFO, "soon"));
        Await.until("flushed", () -> out.toString(StandardCharsets.UTF_8).contains("\"soon\""));
        handler.close();
        handler.publish(new Log.Line(Level.INFO, "after the end"));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"after the end\"");
    }

    private static JsonObject parse(String line) {
        try (var reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }

    private String line(String event, @Nullable Object... fields) {
        LogRecord record = new Log.Line(Level.INFO, event);
        record.setLoggerName("io.mics.hook.TenantBackend");
        record.setParameters(fields);
        return formatter.format(record);
    }
}
