package io.mics.hook.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Texts that look like others and say nothing: every letter is an {@code x} and every digit a {@code 9}, or where it
 * takes more bytes another letter or digit that takes as many; spaces, punctuation and symbols stay. Length in
 * characters and in bytes of UTF-8 stays.
 */
final class Shape {
    private static final int[] LETTERS = {'x', 'χ', '某', 0x1D431};
    private static final int[] DIGITS = {'9', '٩', '９', 0x1D7D7};

    private Shape() {}

    /** The shape of a text. */
    static String of(String text) {
        StringBuilder shape = new StringBuilder(text.length());
        text.codePoints().map(Shape::of).forEach(shape::appendCodePoint);
        return shape.toString();
    }

    /** The shape of a body that is text; of any other nothing but its length. */
    static byte[] of(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return of(text).getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            return new byte[body.length];
        }
    }

    private static int of(int point) {
        int width = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        return switch (Character.getType(point)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> DIGITS[width];
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.CONNECTOR_PUNCTUATION,
                    Character.OTHER_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.MATH_SYMBOL,
                    Character.CURRENCY_SYMBOL,
                    Character.MODIFIER_SYMBOL,
                    Character.OTHER_SYMBOL -> point;
            default -> LETTERS[width]; // marks, and whatever somebody may use to write with
        };
    }
}
