package io.mics.listener;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The head of one HTTP/1 request, read by RFC 9112 with nothing left to taste, and written again in one spelling, so
 * that whoever reads it next sees the same request.
 *
 * @param bytes  the head as HTTP/1.1, its empty line included
 * @param length bytes of its body, or {@link #CHUNKED}
 * @param last   whether the client wants no further request on the connection
 */
@SuppressWarnings("ArrayRecordComponent") // read once, by whoever asked for it
record RequestHead(byte[] bytes, long length, boolean last) {
    /** A body whose length is not known before its end. */
    static final long CHUNKED = -1;

    /** Bytes of a request line; a token in it may be long. */
    static final int LINE_MAX = 32 * 1024;

    /** Bytes of all header fields. */
    static final int HEADERS_MAX = 32 * 1024;

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final int LENGTH_DIGITS_MAX = 18;

    /** What became of reading. */
    sealed interface Reading {
        /** A head. */
        record Valid(RequestHead head) implements Reading {}

        /** None; the connection is of no further use. */
        record Refused(int status, String reason) implements Reading {}
    }

    private record Field(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /** Reads whole lines: a request line, fields, the empty line. */
    static Reading read(byte[] data, int from, int to) {
        String[] lines = new String(data, from, to - from - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3
                || !isToken(request[0])
                || request[1].isEmpty()
                || hasControl(request[1])
                || request[1].indexOf('#') >= 0) {
            return bad("malformed request line");
        }
        boolean old = request[2].equals("HTTP/1.0");
        if (!old && !request[2].equals("HTTP/1.1")) {
            return new Reading.Refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        List<Field> fields = new ArrayList<>(lines.length + 1);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0 || !isToken(lines[i].substring(0, colon))) {
                return bad("malformed header field");
            }
            String value = strip(lines[i].substring(colon + 1));
            if (hasControl(value)) {
                return bad("control character in a header field");
            }
            fields.add(new Field(lines[i].substring(0, colon), value));
        }
        return framed(request[0] + " " + request[1], fields, old);
    }

    private static Reading framed(String request, List<Field> fields, boolean old) {
        List<String> hosts = values(fields, "Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !old)) {
            return bad("exactly one Host is needed");
        }
        List<String> codings = values(fields, "Transfer-Encoding");
        List<String> lengths = values(fields, "Content-Length");
        if (!codings.isEmpty() && (old || !lengths.isEmpty())) {
            return bad("Transfer-Encoding with Content-Length, or in HTTP/1.0");
        }
        if (codings.size() > 1 || (codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked"))) {
            return bad("Transfer-Encoding other than chunked");
        }
        long length = codings.isEmpty() ? 0 : CHUNKED;
        if (!lengths.isEmpty()) {
            String digits = lengths.getFirst();
            if (!lengths.stream().allMatch(digits::equals) || !isNumber(digits)) {
                return bad("malformed or contradicting Content-Length");
            }
            length = Long.parseLong(digits);
        }
        List<String> options = values(fields, "Connection").stream()
                .map(option -> option.toLowerCase(Locale.ROOT))
                .toList();
        boolean last = old || options.contains("close");
        return new Reading.Valid(new RequestHead(
                write(request, fields, length, !lengths.isEmpty(), old, last && (old || !options.contains("upgrade"))),
                length,
                last));
    }

    /** {@code closing}: the one connection option that is left is {@code close}. */
    private static byte[] write(
            String request, List<Field> fields, long length, boolean withLength, boolean old, boolean closing) {
        StringBuilder out = new StringBuilder(512).append(request).append(" HTTP/1.1\r\n");
        for (Field field : fields) {
            // HTTP/1.0 knows no upgrade (RFC 9110 §7.8)
            boolean ours = field.is("Content-Length") || field.is("Transfer-Encoding") || (old && field.is("Upgrade"));
            if (!ours && !(closing && field.is("Connection"))) {
                line(out, field.name(), field.value());
            }
        }
        if (length == CHUNKED) {
            line(out, "Transfer-Encoding", "chunked");
        } else if (withLength) {
            line(out, "Content-Length", Long.toString(length));
        }
        if (closing) {
            line(out, "Connection", "close");
        }
        if (old && fields.stream().noneMatch(field -> field.is("Host"))) {
            // an old client names no host; this name is nobody's, so that it opens nothing a host name opens
            line(out, "Host", "http10.invalid");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(out.length() + 2);
        bytes.writeBytes(out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append("\r\n");
    }

    /** Every element of every field of that name. */
    private static List<String> values(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.is(name))
                .flatMap(field -> Arrays.stream(field.value().split(",", -1)))
                .map(RequestHead::strip)
                .toList();
    }

    private static Reading bad(String reason) {
        return new Reading.Refused(400, reason);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= LENGTH_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(RequestHead::isTokenChar);
    }

    private static boolean isTokenChar(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f);
    }

    /** Without the spaces and tabs around it. */
    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
