package io.mics.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdFormTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"u1", "a b", "büro", "名前", "a=b+c{d}/e?f#g%25", "\ud83d\ude00", "e\u0301", ";rm -rf", "a:b"})
    void openTakesAnythingThatCanBePrinted(String id) {
        assertThat(IdForm.OPEN.allows(id)).isTrue();
        assertThat(IdForm.OPEN.problem(id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "\"\"; is empty",
                "a|b; contains |",
                "\" a\"; begins or ends with a space",
                "\"a\u00a0\"; begins or ends with a space",
                "a\u0007b; contains what cannot be printed",
                "a\u202eb; contains what cannot be printed",
                "a\ud800b; contains what cannot be printed"
            })
    void openSaysWhatIsWrong(String id, String problem) {
        for (IdForm form : IdForm.values()) {
            assertThat(form.allows(id)).isFalse();
            assertThat(form.problem(id)).isEqualTo(problem);
        }
    }

    @Test
    void aHundredAndTwentyEightCodePointsAreTheMost() {
        assertThat(IdForm.OPEN.allows("\ud83d\ude00".repeat(128))).isTrue();
        assertThat(IdForm.OPEN.problem("a".repeat(129))).isEqualTo("is longer than 128 characters");
        assertThat(IdForm.STRICT.problem("a".repeat(129))).isEqualTo("is longer than 128 characters");
    }

    @Test
    void strictTakesLettersDigitsAndFiveMarksAlone() {
        assertThat(IdForm.STRICT.allows("aZ09_.:@-")).isTrue();
        assertThat(IdForm.STRICT.problem("a b")).isEqualTo("contains a space");
        assertThat(IdForm.STRICT.problem("ä")).isEqualTo("contains other than A-Z a-z 0-9 _ . : @ -");
    }

    @Test
    void bytesAreJudgedLikeTheirText() {
        List<String> ids = new ArrayList<>(List.of("", "a|b", "a ", "ü", "\u00a0", "\ud83d\ude00".repeat(128), "é{"));
        IntStream.range(0, 0x250).forEach(c -> ids.add("a" + (char) c + "b"));
        IntStream.of(127, 128, 129, 513).forEach(length -> ids.add("a".repeat(length)));
        for (IdForm form : IdForm.values()) {
            for (String id : ids) {
                byte[] bytes = ("<" + id + ">").getBytes(UTF_8);
                assertThat(form.allows(bytes, 1, bytes.length - 2))
                        .as("%s %s", form, id)
                        .isEqualTo(form.allows(id));
            }
        }
    }
}
