package io.mics.address;

import java.net.InetAddress;

/** What counts as one address under a limit: an IPv4 address, or the /64 of an IPv6 address, which is one site's. */
public final class LimitKey {
    private static final int SITE_BYTES = 8;

    private LimitKey() {}

    /** The same number for all addresses that share one limit. */
    public static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        long key = bytes.length == 4 ? 0xffff : 0;
        for (int i = 0; i < Math.min(SITE_BYTES, bytes.length); i++) {
            key = key << 8 | (bytes[i] & 0xff);
        }
        return key;
    }
}
