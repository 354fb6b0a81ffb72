package io.mics.listener;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A chunked request body, read strictly and written again without extensions and trailers. Takes bytes in pieces of any
 * size.
 */
final class ChunkedBody {
    private static final int LINE_MAX = 256;
    private static final int TRAILERS_MAX = 8 * 1024;
    private static final int DIGITS_MAX = 7;
    private static final byte[] CRLF = {'\r', '\n'};

    private enum Part {
        SIZE,
        DATA,
        DATA_END,
        TRAILER,
        DONE
    }

    private final int bodyMax;
    private Part part = Part.SIZE;
    private final StringBuilder line = new StringBuilder();
    private int left;
    private int total;
    private int trailers;

    ChunkedBody(int bodyMax) {
        this.bodyMax = bodyMax;
    }

    /** Whether the last chunk and the trailers have been read. */
    boolean done() {
        return part == Part.DONE;
    }

    /**
     * Reads what is there of the body.
     *
     * @param out gets the same body in plain chunks
     * @return where reading ended: at {@code to}, or behind the body
     * @throws Malformed when it is no chunked body, or too large a one
     */
    int read(byte[] data, int from, int to, ByteArrayOutputStream out) throws Malformed {
        int at = from;
        while (at < to && part != Part.DONE) {
            if (part == Part.DATA) {
                int length = Math.min(left, to - at);
                out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(data, at, length);
                out.writeBytes(CRLF);
                left -= length;
                at += length;
                part = left == 0 ? Part.DATA_END : Part.DATA;
            } else {
                character(data[at++], out);
            }
        }
        return at;
    }

    private void character(byte next, ByteArrayOutputStream out) throws Malformed {
        boolean afterReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        if (afterReturn != (next == '\n')) {
            throw new Malformed(400, "malformed line end in a chunked body");
        }
        line.append((char) (next & 0xff));
        if (next == '\n') {
            String whole = line.substring(0, line.length() - 2);
            line.setLength(0);
            line(whole, out);
        } else if (line.length() > (part == Part.TRAILER ? TRAILERS_MAX : LINE_MAX)) {
            throw new Malformed(400, "line too long in a chunked body");
        }
    }

    private void line(String whole, ByteArrayOutputStream out) throws Malformed {
        switch (part) {
            case SIZE -> size(whole);
            case DATA_END -> {
                if (!whole.isEmpty()) {
                    throw new Malformed(400, "a chunk is longer than it says");
                }
                part = Part.SIZE;
            }
            case TRAILER -> {
                trailers += whole.length();
                if (trailers > TRAILERS_MAX) {
                    throw new Malformed(400, "trailers too long");
                }
                if (whole.isEmpty()) {
                    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    part = Part.DONE;
                }
            }
            case DATA, DONE -> throw new IllegalStateException("no line is read here");
        }
    }

    private void size(String whole) throws Malformed {
        int extension = whole.indexOf(';');
        String digits = (extension < 0 ? whole : whole.substring(0, extension)).stripTrailing();
        boolean hex = !digits.isEmpty()
                && digits.length() <= DIGITS_MAX
                && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        if (!hex || (extension < 0 && digits.length() != whole.length())) {
            throw new Malformed(400, "malformed chunk size");
        }
        left = Integer.parseInt(digits, 16);
        total += left;
        if (total > bodyMax || total < 0) {
            throw new Malformed(413, "body too large");
        }
        part = left == 0 ? Part.TRAILER : Part.DATA;
    }

    /** Not a chunked body. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        Malformed(int status, String reason) {
            super(reason, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
