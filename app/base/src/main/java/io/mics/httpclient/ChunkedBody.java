package io.mics.httpclient;

import io.mics.httpclient.ConnectionInput.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * The body of an answer that gives its length piece by piece (RFC 9112, section 7.1). Extensions and trailers are
 * skipped. The library's own reader takes signed numbers and keeps every trailer in memory.
 */
final class ChunkedBody {
    private static final int MOST_DIGITS = 8;
    private static final int LINE_CHARACTERS = 64;

    private final SessionInputBufferImpl buffer;
    private final InputStream in;
    private final CharArrayBuffer line = new CharArrayBuffer(LINE_CHARACTERS);
    private int skippedBytes;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedBody(SessionInputBufferImpl buffer, InputStream in) {
        this.buffer = buffer;
        this.in = in;
    }

    /** Reads some bytes; -1 once the last piece and its trailers have been read. */
    int read(byte[] into, int from, int length) throws IOException {
        if (left == 0 && !ended) {
            left = next();
            if (left == 0) {
                skipTrailers();
                ended = true;
            }
        }
        if (ended) {
            return -1;
        }
        int read = buffer.read(into, from, (int) Math.min(length, left), in);
        if (read > 0) {
            left -= read;
        }
        return read;
    }

    private long next() throws IOException {
        if (!first && line() > 0) {
            throw new MalformedException("a chunk that is longer than it says");
        }
        first = false;
        line();
        int end = line.indexOf(';');
        String digits = line.substringTrimmed(0, end < 0 ? line.length() : end);
        if (digits.isEmpty() || digits.length() > MOST_DIGITS || !digits.chars().allMatch(ChunkedBody::isHex)) {
            throw new MalformedException("a chunk without a length");
        }
        skip(line.length() - digits.length());
        return Long.parseLong(digits, 16);
    }

    private void skipTrailers() throws IOException {
        for (int length = line(); length > 0; length = line()) {
            skip(length);
        }
    }

    private int line() throws IOException {
        line.clear();
        return buffer.readLine(line, in);
    }

    private void skip(int bytes) throws MalformedException {
        skippedBytes += bytes;
        if (skippedBytes > ConnectionInput.MAX_HEAD_BYTES) {
            throw new MalformedException(
                    "chunk extensions and trailers over " + ConnectionInput.MAX_HEAD_BYTES + " bytes");
        }
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
