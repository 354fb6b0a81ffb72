package io.mics.httpclient;

import io.mics.httpclient.ConnectionInput.MalformedException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpVersion;

/**
 * What the head of a final answer says about its body and its connection (RFC 9112, section 6.3). Everything a proxy
 * could understand otherwise is refused.
 */
final class ResponseHead {
    /** No length is given: the body ends with the connection. */
    static final long UNTIL_END = -1;

    /** The body is chunked. */
    static final long CHUNKED = -2;

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int LONGEST_NUMBER = 18;
    private static final String TIMEOUT = "timeout=";
    private static final int LONGEST_IDLE = 6;
    private static final Duration MARGIN = Duration.ofMillis(500);

    private final int status;
    private String contentType = "";
    private String date = "";
    private String coding = "";
    private long announced = UNTIL_END;
    private boolean chunked;
    private boolean isPersistent;
    private long idleNanos = Long.MAX_VALUE;

    private ResponseHead(ClassicHttpResponse response) throws MalformedException {
        status = response.getCode();
        boolean persistent = response.getVersion().greaterEquals(HttpVersion.HTTP_1_1);
        isPersistent = persistent;
        for (Header field : response.getHeaders()) {
            take(field.getName(), field.getValue() == null ? "" : field.getValue());
        }
        if (chunked && (announced != UNTIL_END || !persistent)) {
            throw new MalformedException(
                    persistent ? "both Content-Length and Transfer-Encoding" : "Transfer-Encoding in HTTP/1.0");
        }
    }

    static ResponseHead of(ClassicHttpResponse response) throws MalformedException {
        return new ResponseHead(response);
    }

    private void take(String name, String value) throws MalformedException {
        requireToken(name);
        requireText(value);
        if (name.equalsIgnoreCase("Content-Length")) {
            contentLength(value);
        } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
            transferEncoding(value);
        } else if (name.equalsIgnoreCase("Connection")) {
            eachToken(value, this::connection);
        } else if (name.equalsIgnoreCase("Keep-Alive")) {
            eachToken(value, this::keepAlive);
        } else if (name.equalsIgnoreCase("Content-Type")) {
            contentType = value;
        } else if (name.equalsIgnoreCase("Content-Encoding")) {
            coding = value;
        } else if (name.equalsIgnoreCase("Date")) {
            date = value;
        }
    }

    private void connection(String option) {
        if (option.equalsIgnoreCase("close")) {
            isPersistent = false;
            idleNanos = 0;
        } else if (option.equalsIgnoreCase("keep-alive") && idleNanos > 0) {
            isPersistent = true;
        }
    }

    private void keepAlive(String parameter) {
        String lower = parameter.toLowerCase(Locale.ROOT);
        String digits = lower.startsWith(TIMEOUT) ? lower.substring(TIMEOUT.length()) : "";
        if (!digits.isEmpty() && digits.length() <= LONGEST_IDLE && isDigits(digits)) {
            long nanos =
                    Duration.ofSeconds(Long.parseLong(digits)).minus(MARGIN).toNanos();
            idleNanos = Math.min(idleNanos, Math.max(0, nanos));
        }
    }

    /** The same length twice is one length; two different ones are refused. */
    private void contentLength(String value) throws MalformedException {
        for (String length : value.split(",", -1)) {
            String digits = length.strip();
            if (digits.isEmpty() || digits.length() > LONGEST_NUMBER || !isDigits(digits)) {
                throw new MalformedException("Content-Length is no number");
            }
            long bytes = Long.parseLong(digits);
            if (announced != UNTIL_END && announced != bytes) {
                throw new MalformedException("two different Content-Length");
            }
            announced = bytes;
        }
    }

    private void transferEncoding(String value) throws MalformedException {
        if (chunked || !value.strip().equalsIgnoreCase("chunked")) {
            throw new MalformedException("unknown Transfer-Encoding");
        }
        chunked = true;
    }

    private static void eachToken(String value, Consumer<String> each) {
        if (value.indexOf(',') < 0) {
            each.accept(value.strip());
        } else {
            for (String token : value.split(",", -1)) {
                each.accept(token.strip());
            }
        }
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static void requireToken(String name) throws MalformedException {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                throw new MalformedException("a field name that is none");
            }
        }
        if (name.isEmpty()) {
            throw new MalformedException("a field without a name");
        }
    }

    private static void requireText(String value) throws MalformedException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new MalformedException("a field with a line break in it");
            }
        }
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    String date() {
        return date;
    }

    /** How the body is packed; empty when it is not. */
    String coding() {
        return coding.strip().equalsIgnoreCase("identity") ? "" : coding.strip();
    }

    /** Whether an answer of this status has a body at all. */
    boolean hasBody() {
        return status != NO_CONTENT && status != NOT_MODIFIED;
    }

    /** Whether a body is announced that must not be there; it might come later and be taken for the next answer. */
    boolean announcesForbiddenBody() {
        return status == NO_CONTENT && (chunked || announced > 0);
    }

    /** The bytes of the body, {@link #CHUNKED} or {@link #UNTIL_END}. */
    long length() {
        return chunked ? CHUNKED : announced;
    }

    /** Whether the server takes another request on this connection. */
    boolean isPersistent() {
        return isPersistent && (!hasBody() || length() != UNTIL_END) && !announcesForbiddenBody();
    }

    /** How long the server keeps the connection, as far as it said. */
    long idleNanos() {
        return idleNanos;
    }
}
