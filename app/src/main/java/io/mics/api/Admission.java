package io.mics.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * Who may ask: peers on this machine, or, once a token is set, whoever shows it as {@code Authorization: Bearer}. A
 * proxy on this machine speaks for others, and so does a page in a browser: neither passes for a peer.
 */
public record Admission(String token) {
    private static final String BEARER = "Bearer ";
    private static final List<HeaderName> FOR_OTHERS = List.of(
            HeaderNames.FORWARDED,
            HeaderNames.X_FORWARDED_FOR,
            HeaderNames.create("X-Real-IP"),
            HeaderNames.create("Via"),
            HeaderNames.ORIGIN);
    private static final HeaderName FETCHED_FROM = HeaderNames.create("Sec-Fetch-Site");
    private static final String TYPED_IN = "none";

    /** Whether the request may be answered. */
    boolean admits(ServerRequest request) {
        if (!token.isEmpty()) {
            String shown = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            return shown.startsWith(BEARER)
                    && MessageDigest.isEqual(
                            token.getBytes(StandardCharsets.UTF_8),
                            shown.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
        }
        return FOR_OTHERS.stream().noneMatch(request.headers()::contains)
                && request.headers().first(FETCHED_FROM).orElse(TYPED_IN).equals(TYPED_IN)
                && request.remotePeer().address() instanceof InetSocketAddress peer
                && peer.getAddress() != null
                && peer.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
        return "Admission[***]";
    }
}
