package io.mics.sdk.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void readsEveryKindOfValue() {
        assertThat(JsonText.object(" {\"a\" : [1, -2.5e3, true, false, null, \"x\"], \"b\": {}, \"c\": []} "))
                .isEqualTo(Map.of(
                        "a", Arrays.asList(1.0, -2500.0, true, false, null, "x"), "b", Map.of(), "c", List.of()));
    }

    @Test
    void readsEscapesAndTextBeyondAscii() {
        assertThat(JsonText.object("{\"\\u00e9\\n\\\"\\/\\\\\": \"日本 \\ud83d\\ude00\"}"))
                .isEqualTo(Map.of("é\n\"/\\", "日本 \uD83D\uDE00"));
    }

    @Test
    void readsWhatTheWriterWrites() {
        Map<String, Object> object =
                Map.of("quote\"", "tab\t\u0000é", "deep", Map.of("truth", true, "number", 1.5, "none", Map.of()));

        assertThat(JsonText.object(JsonWriter.object(object))).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1}x",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":nul}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"",
                "{\"a\":+1}",
                "{\"a\":NaN}"
            })
    void refusesWhatIsNoObject(String text) {
        assertThatThrownBy(() -> JsonText.object(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("expected .* at character \\d+");
    }

    @Test
    void aRepeatedNameIsTheLastOneOrRefusedAsTheCallerAsks() {
        assertThat(JsonText.object("{\"a\":1,\"a\":true}")).isEqualTo(Map.of("a", true));
        assertThatThrownBy(() -> JsonText.distinctObject("{\"a\":[{\"b\":1,\"b\":2}]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected another name at character 13");
    }

    @Test
    void refusesWhatIsTooDeepRatherThanOverflowing() {
        assertThatThrownBy(() -> JsonText.object("{\"a\":" + "[".repeat(100_000)))
                .hasMessageContaining("fewer levels");
    }
}
