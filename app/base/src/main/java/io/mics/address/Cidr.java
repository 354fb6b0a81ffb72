package io.mics.address;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses, such as {@code 10.0.0.0/8}, or one address.
 *
 * @param network its first address
 * @param prefix  bits that its addresses have in common
 */
public record Cidr(InetAddress network, int prefix) {

    /** The block that {@code text} names; empty when it is none: a host name, or bits beyond the prefix. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = Literal.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int bits = address.get().getAddress().length * Byte.SIZE;
        String length = slash < 0 ? String.valueOf(bits) : text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
            return Optional.empty();
        }
        Cidr block = new Cidr(address.get(), Integer.parseInt(length));
        return block.isWhole() ? Optional.of(block) : Optional.empty();
    }

    /** A block that is known to be well written. */
    public static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    /** Whether an address lies in it; one of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] own = network.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int i = 0; i < own.length; i++) {
            if (((own[i] ^ other[i]) & mask(i)) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isWhole() {
        byte[] own = network.getAddress();
        for (int i = 0; i < own.length; i++) {
            if ((own[i] & 0xff & ~mask(i)) != 0) {
                return false;
            }
        }
        return true;
    }

    private int mask(int at) {
        int bits = Math.clamp(prefix - (long) at * Byte.SIZE, 0, Byte.SIZE);
        return 0xff << (Byte.SIZE - bits) & 0xff;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
