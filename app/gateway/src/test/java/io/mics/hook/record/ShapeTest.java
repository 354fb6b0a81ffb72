package io.mics.hook.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void lettersAndDigitsBecomeOthersAndTheRestStays() {
        assertThat(Shape.of("Call +49 170/12, now!\n\t{\"a\": 1.5e3}"))
                .isEqualTo("xxxx +99 999/99, xxx!\n\t{\"x\": 9.9x9}");
        assertThat(Shape.of("")).isEmpty();
    }

    @Test
    void whateverPeopleWriteWithIsTakenOut() {
        String written = "héllo Привет 你好 नमस्ते สวัสดี ½Ⅳ٣𝒜𠀀 👍";
        String shape = Shape.of(written);
        assertThat(shape)
                .doesNotContainPattern("[\\p{L}\\p{M}\\p{N}&&[^xχ某9٩９𝐱𝟗]]")
                .endsWith("👍");
        assertThat(shape.length()).isEqualTo(written.length());
        assertThat(shape.getBytes(UTF_8)).hasSameSizeAs(written.getBytes(UTF_8));
    }

    @Test
    void ofABodyThatIsNotTextOnlyTheLengthStays() {
        assertThat(Shape.of(new byte[] {'a', (byte) 0xff, 'b'})).containsExactly(0, 0, 0);
        assertThat(Shape.of("a1".getBytes(UTF_8))).containsExactly('x', '9');
        assertThat(Shape.of(new byte[0])).isEmpty();
    }
}
