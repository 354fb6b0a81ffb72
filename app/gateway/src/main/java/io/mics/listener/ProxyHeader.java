package io.mics.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The binary header a proxy may put before everything else: PROXY protocol, version 2. */
final class ProxyHeader {
    /** Bytes of the longest header taken. */
    static final int MAX = 2048;

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int FIXED = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXIED = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private int wanted = 1;

    /** What the bytes are. */
    sealed interface Reading {
        /** The beginning of a header, as far as it goes. */
        record More() implements Reading {}

        /** No header: the client's own first bytes. */
        record None() implements Reading {}

        /** A header; without an address where the proxy speaks for itself. */
        record Source(@Nullable InetSocketAddress address) implements Reading {}

        /** A header that cannot be read. */
        record Malformed() implements Reading {}
    }

    /** Bytes to have before the next {@link #read}; not one more may be taken from the socket. */
    int wanted() {
        return wanted;
    }

    /** Reads the first {@code length} bytes of a socket. */
    Reading read(byte[] data, int length) {
        int compared = Math.min(length, SIGNATURE.length);
        if (!Arrays.equals(data, 0, compared, SIGNATURE, 0, compared)) {
            return new Reading.None();
        }
        if (length < FIXED) {
            wanted = FIXED;
            return new Reading.More();
        }
        int addresses = (data[14] & 0xff) << 8 | (data[15] & 0xff);
        int command = data[12] & 0xff;
        if (FIXED + addresses > MAX || (command != LOCAL && command != PROXIED)) {
            return new Reading.Malformed();
        }
        wanted = FIXED + addresses;
        return length < wanted ? new Reading.More() : source(data, command, addresses);
    }

    private static Reading source(byte[] data, int command, int addresses) {
        int family = data[13] & 0xff;
        if (command == LOCAL) {
            return new Reading.Source(null);
        }
        int size = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
        if (size == 0) {
            return new Reading.Source(null);
        }
        if (addresses < 2 * size + 4) {
            return new Reading.Malformed();
        }
        int port = FIXED + 2 * size;
        try {
            return new Reading.Source(new InetSocketAddress(
                    InetAddress.getByAddress(Arrays.copyOfRange(data, FIXED, FIXED + size)),
                    (data[port] & 0xff) << 8 | (data[port + 1] & 0xff)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes", e);
        }
    }
}
