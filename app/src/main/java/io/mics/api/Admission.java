package io.mics.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.mics.address.LimitKey;
import io.mics.listener.RequestClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * Who may ask: whoever shows the token as {@code Authorization: Bearer}, or, where none is set, a tool on this machine
 * ({@link LocalTool}). Safe on any thread.
 */
public final class Admission {
    private static final String BEARER = "Bearer ";

    private final byte[] token;
    private final FailedAttempts failed = new FailedAttempts(System::nanoTime);

    /** Asks for {@code token}; empty: only tools on this machine are answered. */
    public Admission(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** What becomes of a request. */
    enum Verdict {
        /** It is answered. */
        ADMITTED,
        /** There is nothing here for whoever asked. */
        HIDDEN,
        /** The token is missing or wrong. */
        UNAUTHORIZED,
        /** Its address has shown too many wrong tokens; the right one would not help now. */
        TOO_MANY_ATTEMPTS
    }

    /** Decides over one request; a wrong token is counted. */
    Verdict decide(ServerRequest request) {
        if (token.length == 0) {
            return RequestClient.isLocal(request) && LocalTool.isOne(request) ? Verdict.ADMITTED : Verdict.HIDDEN;
        }
        List<String> shown = request.headers().contains(HeaderNames.AUTHORIZATION)
                ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
                : List.of();
        if (shown.isEmpty()) {
            return Verdict.UNAUTHORIZED;
        }
        long address = LimitKey.of(RequestClient.address(request));
        if (failed.areTooMany(address)) {
            return Verdict.TOO_MANY_ATTEMPTS;
        }
        if (shown.size() == 1 && isToken(shown.getFirst())) {
            return Verdict.ADMITTED;
        }
        failed.add(address);
        return Verdict.UNAUTHORIZED;
    }

    private boolean isToken(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        token, authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Admission[***]";
    }
}
