package io.mics.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.mics.address.LimitKey;
import io.mics.listener.RequestClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who may ask: whoever shows the token as {@code Authorization: Bearer}, or, where none is set, a tool on this machine
 * ({@link LoopbackToolCheck}). Safe on any thread.
 */
public final class AdminAuthenticator {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final byte[] token;
    private final FailedAttempts failed = new FailedAttempts(System::nanoTime);

    /** Asks for {@code token}; empty: only tools on this machine are answered. */
    public AdminAuthenticator(String token) {
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
        return decide(request, LoopbackToolCheck::isTool, this::isBearer);
    }

    /**
     * Decides over a request that a page under {@code /internal}, or whoever opens it, makes. A browser cannot send
     * Bearer of itself: it sends the token as a password. It sends that with requests of other sites' pages as well,
     * so this is for reading alone, and only what such pages cannot read.
     */
    Verdict decideOnPage(ServerRequest request) {
        return decide(
                request,
                LoopbackToolCheck::isToolOrItsPage,
                authorization -> isBearer(authorization) || isBasic(authorization));
    }

    private Verdict decide(ServerRequest request, Predicate<ServerRequest> isHere, Predicate<String> hasToken) {
        if (token.length == 0) {
            return RequestClient.isLocal(request) && isHere.test(request) ? Verdict.ADMITTED : Verdict.HIDDEN;
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
        if (shown.size() == 1 && hasToken.test(shown.getFirst())) {
            return Verdict.ADMITTED;
        }
        // a page of another site can have a browser send its password anywhere: that is no guess
        if (shown.size() != 1 || !isBasic(shown.getFirst())) {
            failed.add(address);
        }
        return Verdict.UNAUTHORIZED;
    }

    private boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && isToken(authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it is the token as a password, under whatever user name. */
    private boolean isBasic(String authorization) {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] login = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            int colon = 0;
            while (colon < login.length && login[colon] != ':') {
                colon++;
            }
            return colon < login.length && isToken(Arrays.copyOfRange(login, colon + 1, login.length));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isToken(byte[] shown) {
        return MessageDigest.isEqual(token, shown);
    }

    @Override
    public String toString() {
        return "Admission[***]";
    }
}
