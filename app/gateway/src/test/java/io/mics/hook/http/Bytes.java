package io.mics.hook.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Texts and bytes in one array. */
final class Bytes {
    private Bytes() {}

    static byte[] of(String before, byte[] body, String after) throws IOException {
        return join(join(before.getBytes(ISO_8859_1), body), after.getBytes(ISO_8859_1));
    }

    static byte[] join(byte[] first, byte[] second) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
        all.write(first);
        all.write(second);
        return all.toByteArray();
    }

    static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
