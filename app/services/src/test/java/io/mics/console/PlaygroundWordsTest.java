package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.protocol.AckReason;
import io.mics.protocol.CloseCode;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the page and the terminal say about numbers and reasons. */
class PlaygroundWordsTest {
    private static JsonObject words(String part) throws IOException {
        try (var in = Objects.requireNonNull(
                        PlaygroundWordsTest.class.getResourceAsStream("/web/playground-words.json"));
                var reader = Json.createReader(in)) {
            return reader.readObject().getJsonObject(part);
        }
    }

    @Test
    void everyReasonAnAckMayCarryHasWords() throws Exception {
        JsonObject reasons = words("reasons");
        for (Field reason : AckReason.class.getFields()) {
            String text = (String) reason.get(null);
            if (!text.isEmpty()) {
                assertThat(reasons).as(reason.getName()).containsKey(text);
            }
        }
    }

    @Test
    void everyCloseCodeHasWords() throws IOException {
        JsonObject codes = words("close");
        for (CloseCode code : CloseCode.values()) {
            assertThat(codes).containsKey(Integer.toString(code.code()));
        }
    }
}
