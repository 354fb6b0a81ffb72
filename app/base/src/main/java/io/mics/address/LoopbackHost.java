package io.mics.address;

import java.net.URI;
import java.util.regex.Pattern;

/** Which names and addresses mean this machine, as they are written in a URL or a {@code Host} header. */
public final class LoopbackHost {
    private static final Pattern NAMES =
            Pattern.compile("localhost|\\[::1]|127" + Literal.IPV4_END, Pattern.CASE_INSENSITIVE);

    private LoopbackHost() {}

    /** Whether {@code host}, without a port, is {@code localhost}, {@code 127.…} or {@code [::1]}. */
    public static boolean is(String host) {
        return NAMES.matcher(host).matches();
    }

    /** Whether a browser's {@code Origin} is a page of this machine, on whatever port. */
    public static boolean isOrigin(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && is(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
