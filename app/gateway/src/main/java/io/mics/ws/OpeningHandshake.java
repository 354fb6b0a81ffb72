package io.mics.ws;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.websocket.WsUpgrader;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of RFC 6455 §4.2.1 for a request that wants to become a WebSocket. */
final class OpeningHandshake {
    /** The one value of an {@code Upgrade} header that names WebSocket. */
    static final String WEBSOCKET = "websocket";

    /** The one version there is. */
    static final String VERSION = "13";

    private static final int NONCE_LENGTH = 16;
    private static final int KEY_LENGTH = 24;

    /** Of what may come once, a second one could be read by whoever stands before us, and the first by us. */
    private static final List<HeaderName> AT_MOST_ONCE = List.of(HeaderNames.AUTHORIZATION, HeaderNames.ORIGIN);

    private OpeningHandshake() {}

    /**
     * Why a request is refused.
     *
     * @param status what it is answered
     * @param what   why, for a person
     */
    record Refusal(Status status, String what) {}

    /** Why this request cannot be upgraded; empty: it can. */
    static Optional<Refusal> refusal(HttpPrologue prologue, Headers headers) {
        if (!prologue.method().equals(Method.GET)) {
            return bad("not a GET");
        }
        if (!lists(headers, HeaderNames.UPGRADE, WEBSOCKET) || !lists(headers, HeaderNames.CONNECTION, "upgrade")) {
            return bad("not a WebSocket upgrade");
        }
        List<String> versions = all(headers, WsUpgrader.WS_VERSION);
        if (versions.isEmpty()) {
            return bad("no Sec-WebSocket-Version");
        }
        if (!versions.equals(List.of(VERSION))) {
            return Optional.of(new Refusal(Status.UPGRADE_REQUIRED_426, "Sec-WebSocket-Version is not " + VERSION));
        }
        List<String> keys = all(headers, WsUpgrader.WS_KEY);
        if (keys.size() != 1 || !isNonce(keys.getFirst())) {
            return bad("not one Sec-WebSocket-Key of 16 bytes");
        }
        Optional<HeaderName> repeated = AT_MOST_ONCE.stream()
                .filter(name -> all(headers, name).size() > 1)
                .findFirst();
        if (repeated.isPresent()) {
            return bad("more than one " + repeated.get().defaultCase());
        }
        return ConnectQuery.read(prologue.query().rawValue()) instanceof ConnectQuery.Read.Invalid invalid
                ? bad(invalid.what())
                : Optional.empty();
    }

    /** Whether the comma-separated list in {@code name} has {@code token}, whatever its case. */
    static boolean lists(Headers headers, HeaderName name, String token) {
        return all(headers, name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(element -> element.strip().equalsIgnoreCase(token));
    }

    private static List<String> all(Headers headers, HeaderName name) {
        return headers.contains(name)
                ? Stream.of(headers.get(name))
                        .flatMap(header -> header.allValues().stream())
                        .map(String::strip)
                        .toList()
                : List.of();
    }

    private static boolean isNonce(String key) {
        try {
            return key.length() == KEY_LENGTH && Base64.getDecoder().decode(key).length == NONCE_LENGTH;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<Refusal> bad(String what) {
        return Optional.of(new Refusal(Status.BAD_REQUEST_400, what));
    }
}
