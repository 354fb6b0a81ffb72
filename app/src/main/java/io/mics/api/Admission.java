package io.mics.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Who may ask: peers on this machine, or, once a token is set, whoever shows it as {@code Authorization: Bearer}. */
public record Admission(String token) {
    private static final String BEARER = "Bearer ";

    /** Whether the request may be answered. */
    boolean admits(ServerRequest request) {
        if (!token.isEmpty()) {
            String shown = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            return shown.startsWith(BEARER)
                    && MessageDigest.isEqual(
                            token.getBytes(StandardCharsets.UTF_8),
                            shown.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
        }
        return request.remotePeer().address() instanceof InetSocketAddress peer
                && peer.getAddress() != null
                && peer.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
        return "Admission[***]";
    }
}
