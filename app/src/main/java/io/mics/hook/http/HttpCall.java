package io.mics.hook.http;

import io.helidon.http.Header;
import io.helidon.http.Method;
import java.util.List;

/** One request. */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the socket, never compared
public record HttpCall(Method method, String url, List<Header> headers, byte[] body) {
    private static final byte[] NOTHING = {};

    /** Posts a body. */
    public static HttpCall post(String url, List<Header> headers, byte[] body) {
        return new HttpCall(Method.POST, url, headers, body);
    }

    /** Asks what may be done with a URL, which by the rules of HTTP changes nothing. */
    public static HttpCall options(String url) {
        return new HttpCall(Method.OPTIONS, url, List.of(), NOTHING);
    }
}
