package io.mics.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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
}
