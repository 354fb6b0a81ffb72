package io.mics.admin.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    private static final String OBEYED = "\u001b[2J\u0007\u007f\u0085\u009b31m\u2028\u202e\u2066";

    @Test
    void aLineIsOneAndSteersNothing() {
        assertThat(TerminalText.line("a\r\nb" + OBEYED)).isEqualTo("a??b?[2J????31m???");
    }

    @Test
    void whatPeopleWriteIsLeftAsItIs() {
        String written = "ünï 消息 \uD83D\uDE42 می\u200cخواهم \uD83D\uDC68\u200d\uD83D\uDC69 \u200f";
        assertThat(TerminalText.line(written)).isEqualTo(written);
        assertThat(TerminalText.json(written)).isEqualTo(written);
    }

    @Test
    void aJsonDocumentMeansTheSameAfterwards() {
        String text = OBEYED.substring(OBEYED.indexOf('\u007f')); // the others cannot be in one
        String json = TerminalText.json("{\n\"said\":\"" + text + "\"}");
        assertThat(json).isEqualTo("{\n\"said\":\"\\u007f\\u0085\\u009b31m\\u2028\\u202e\\u2066\"}");
        try (var reader = Json.createReader(new StringReader(json))) {
            assertThat(reader.readObject().getString("said")).isEqualTo(text);
        }
    }
}
