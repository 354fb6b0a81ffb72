package io.mics.loadtest.cluster;

/** Counts a text in a stream of bytes, across the borders of its chunks. Its first byte must occur only once in it. */
final class TextWatch {
    private final byte[] text;
    private int matched;

    /** Watches for a text; an empty one is never seen. */
    TextWatch(byte[] text) {
        this.text = text.clone();
    }

    /** How often the text ends in the next {@code length} bytes. */
    int count(byte[] chunk, int length) {
        int count = 0;
        for (int i = 0; text.length > 0 && i < length; i++) {
            matched = chunk[i] == text[matched] ? matched + 1 : chunk[i] == text[0] ? 1 : 0;
            if (matched == text.length) {
                count++;
                matched = 0;
            }
        }
        return count;
    }
}
