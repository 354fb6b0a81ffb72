package io.mics.httpclient;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One request.
 *
 * @param tenant         whom the bytes of the answer are accounted to while they are read
 * @param fields         the header fields beside those of the connection and the length
 * @param maxAnswerBytes the largest body read
 * @param check          whether a body answers this request
 * @param isMadeOnce     whether it is not made again when nobody knows whether the server handled it
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the socket, never compared
public record HttpCall(
        String tenant,
        String method,
        Destination to,
        List<Field> fields,
        byte[] body,
        int maxAnswerBytes,
        AnswerCheck check,
        boolean isMadeOnce) {
    private static final byte[] NOTHING = {};

    /** A header field; one that could end the header is refused with {@link IllegalArgumentException}. */
    public record Field(String name, String value) {
        private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
        private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

        /** A field as it is sent. */
        public Field {
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("not a header field: " + name);
            }
        }
    }

    /** Whether a body of status 2xx answers the request; the connection of one that does not is closed. */
    @FunctionalInterface
    public interface AnswerCheck {
        /** Takes every body. */
        AnswerCheck NONE = body -> true;

        /** Whether it does, judged by what the body says. */
        boolean answers(byte[] body);
    }

    /** Posts a body. */
    public static HttpCall post(
            String tenant, Destination to, List<Field> fields, byte[] body, int maxAnswerBytes, AnswerCheck check) {
        return new HttpCall(tenant, "POST", to, fields, body, maxAnswerBytes, check, false);
    }

    /** Asks what may be done with a URL, which by the rules of HTTP changes nothing. */
    public static HttpCall options(Destination to, int maxAnswerBytes) {
        return new HttpCall("", "OPTIONS", to, List.of(), NOTHING, maxAnswerBytes, AnswerCheck.NONE, false);
    }

    /** This call, for a server that must not get it twice; so it may not get it at all. */
    public HttpCall once() {
        return new HttpCall(tenant, method, to, fields, body, maxAnswerBytes, check, true);
    }
}
