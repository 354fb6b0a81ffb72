package io.mics.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** An internet address written in digits. Reading one never asks a name service. */
public final class Literal {
    /** Without leading zeros, which some readers take for octal numbers. */
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    static final String IPV4_END = "(\\." + BYTE + "){3}";

    private static final Pattern IPV4 = Pattern.compile(BYTE + IPV4_END);
    private static final Pattern IPV6 = Pattern.compile("(?=[^:]*:)[0-9a-fA-F:][0-9a-fA-F:.]*");

    private Literal() {}

    /**
     * Whether the JDK takes {@code text} for a literal, well-formed or not, and so looks nothing up. It does not where
     * digits and dots are no IPv4 address, nor where a text with colons begins with a dot.
     */
    static boolean is(String text) {
        return IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
    }

    /** The address that {@code text} names; empty when it is none, such as a host name. */
    public static Optional<InetAddress> parse(String text) {
        if (!is(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
