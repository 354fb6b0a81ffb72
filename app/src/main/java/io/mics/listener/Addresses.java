package io.mics.listener;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Internet addresses as text and as keys. */
final class Addresses {
    private static final int SITE_BYTES = 8;

    private Addresses() {}

    /** An address written in digits; never asks a name server. */
    static Optional<InetAddress> literal(String text) {
        boolean digits = !text.isEmpty()
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
                && (text.indexOf(':') >= 0 || isDotted(text));
        if (!digits) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static boolean isDotted(String text) {
        return text.chars().filter(c -> c == '.').count() == 3
                && text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /** What shares one limit: an IPv4 address, or the 64 bits of an IPv6 address that a site has. */
    static long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        long key = bytes.length == 4 ? 0xffff : 0;
        for (int i = 0; i < Math.min(SITE_BYTES, bytes.length); i++) {
            key = key << 8 | (bytes[i] & 0xff);
        }
        return key;
    }
}
