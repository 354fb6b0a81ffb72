package io.mics.listener;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.mics.address.Literal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads from a request whom its proxies name as their client. */
final class ForwardedFor {
    private static final String FOR = "for=";

    private ForwardedFor() {}

    /**
     * The nearest address that is no trusted proxy; what stands before it was written by somebody untrusted.
     *
     * @param peer who sent the request: trusted, or its word would not be asked
     */
    static InetSocketAddress client(InetSocketAddress peer, Headers headers, AddressSettings settings) {
        InetSocketAddress nearest = peer;
        List<String> hops = hops(headers, settings.forwarded());
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = address(hops.get(i));
            if (hop.isEmpty()) {
                return nearest;
            }
            nearest = new InetSocketAddress(hop.get(), 0);
            if (!settings.trusts(hop.get())) {
                return nearest;
            }
        }
        return nearest;
    }

    private static List<String> hops(Headers headers, AddressSettings.Forwarded kind) {
        HeaderName name = switch (kind) {
            case X_FORWARDED_FOR -> HeaderNames.X_FORWARDED_FOR;
            case FORWARDED -> HeaderNames.FORWARDED;
        };
        if (!headers.contains(name)) {
            return List.of();
        }
        List<String> hops = new ArrayList<>();
        for (String value : headers.get(name).allValues()) {
            for (String element : value.split(",", -1)) {
                hops.add(kind == AddressSettings.Forwarded.FORWARDED ? forParameter(element) : element.strip());
            }
        }
        return hops;
    }

    private static String forParameter(String element) {
        return Arrays.stream(element.split(";", -1))
                .map(String::strip)
                .filter(pair -> pair.toLowerCase(Locale.ROOT).startsWith(FOR))
                .map(pair -> pair.substring(FOR.length()))
                .findFirst()
                .orElse("");
    }

    /** {@code 1.2.3.4}, {@code 1.2.3.4:80}, {@code [::1]}, {@code "[::1]:80"} or {@code ::1}. */
    private static Optional<InetAddress> address(String hop) {
        String text = hop.length() > 1 && hop.startsWith("\"") && hop.endsWith("\"")
                ? hop.substring(1, hop.length() - 1)
                : hop;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? Optional.empty() : Literal.parse(text.substring(1, end));
        }
        int colon = text.indexOf(':');
        boolean withPort = colon >= 0 && colon == text.lastIndexOf(':');
        return Literal.parse(withPort ? text.substring(0, colon) : text);
    }
}
