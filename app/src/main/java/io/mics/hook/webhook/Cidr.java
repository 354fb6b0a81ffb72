package io.mics.hook.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** A block of addresses such as {@code 10.0.0.0/8}, or one address. Reading one looks nothing up. */
final class Cidr {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int OCTET = 255;

    private final byte[] network;
    private final int prefix;

    private Cidr(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** The block that {@code text} names, or nothing; bits beyond the prefix make it none. */
    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = address.get();
        int bits = bytes.length * Byte.SIZE;
        String length = slash < 0 ? String.valueOf(bits) : text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(length);
        return Arrays.equals(masked(bytes, prefix), bytes) ? Optional.of(new Cidr(bytes, prefix)) : Optional.empty();
    }

    /** A block that is known to be well written. */
    static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefix), network);
    }

    private static Optional<byte[]> address(String text) {
        boolean numeric = IPV4.matcher(text).matches()
                && Arrays.stream(text.split("\\.", -1)).allMatch(octet -> Integer.parseInt(octet) <= OCTET);
        if (!numeric && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static byte[] masked(byte[] bytes, int prefix) {
        byte[] masked = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int bits = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            masked[i] = (byte) (bytes[i] & (0xff << (Byte.SIZE - bits)));
        }
        return masked;
    }
}
