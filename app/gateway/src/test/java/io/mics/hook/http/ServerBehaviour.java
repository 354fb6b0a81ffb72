package io.mics.hook.http;

import io.mics.testing.HandWrittenHttp.Connection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a server answers over HTTP.
 *
 * @param name   what it does
 * @param proper whether every call must get its answer; of the others none may get another call's
 * @param answer sends the answer to one request
 */
record ServerBehaviour(String name, boolean proper, Answering answer) {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    /** Sends one body. */
    interface Answering {
        /** Whether the connection goes on. */
        boolean send(Connection to, byte[] body) throws IOException, InterruptedException;
    }

    /** Builds the bytes of an answer around a body. */
    private interface Form {
        byte[] around(byte[] body) throws IOException;
    }

    @Override
    public String toString() {
        return name;
    }

    static List<ServerBehaviour> all() throws IOException {
        List<ServerBehaviour> all = new ArrayList<>(usual());
        all.addAll(odd());
        all.addAll(closing());
        all.addAll(strange());
        all.addAll(misframed());
        all.addAll(malformed());
        all.addAll(broken());
        return all;
    }

    private static ServerBehaviour reused(boolean proper, String name, Form form) {
        return new ServerBehaviour(name, proper, (to, body) -> {
            to.send("", form.around(body));
            return true;
        });
    }

    private static ServerBehaviour closed(boolean proper, String name, Form form) {
        return new ServerBehaviour(name, proper, (to, body) -> {
            to.send("", form.around(body));
            return false;
        });
    }

    private static byte[] plain(byte[] body) throws IOException {
        return Bytes.of(OK + "Content-Length: " + body.length + "\r\n\r\n", body, "");
    }

    private static byte[] headed(String fields, byte[] body) throws IOException {
        return Bytes.of(OK + fields + "Content-Length: " + body.length + "\r\n\r\n", body, "");
    }

    private static byte[] chunked(String fields, String extension, byte[] body, String end) throws IOException {
        int half = body.length / 2;
        byte[] first = Arrays.copyOf(body, half);
        byte[] second = Arrays.copyOfRange(body, half, body.length);
        byte[] head = Bytes.of(OK + fields + "\r\n" + Integer.toHexString(half) + extension + "\r\n", first, "\r\n");
        return Bytes.join(head, Bytes.of(Integer.toHexString(second.length) + "\r\n", second, "\r\n" + end));
    }

    private static List<ServerBehaviour> usual() {
        String chunks = "Transfer-Encoding: chunked\r\n";
        return List.of(
                reused(true, "a length", ServerBehaviour::plain),
                reused(true, "100 first", body -> Bytes.of("HTTP/1.1 100 Continue\r\n\r\n", plain(body), "")),
                reused(true, "102 first", body -> Bytes.of("HTTP/1.1 102 Processing\r\nA: b\r\n\r\n", plain(body), "")),
                reused(
                        true,
                        "103 twice",
                        body -> Bytes.of("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".repeat(2), plain(body), "")),
                reused(true, "chunks", body -> chunked(chunks, "", body, "0\r\n\r\n")),
                reused(
                        true,
                        "chunks in capitals",
                        body -> chunked("TRANSFER-ENCODING: Chunked\r\n", "", body, "0\r\n\r\n")),
                reused(
                        true,
                        "chunks with extensions",
                        body -> chunked(chunks, " ; name=\"va;lue\"", body, "0;last\r\n\r\n")),
                reused(
                        true,
                        "chunks with trailers",
                        body -> chunked(chunks, "", body, "0\r\nDigest: x\r\nExpires: never\r\n\r\n")),
                reused(true, "an empty line after the body", body -> Bytes.of("", plain(body), "\r\n")),
                reused(true, "20 KB of fields", body -> headed("X-Long: yyyyyyyyyyyy\r\n".repeat(1_000), body)),
                reused(true, "one field of 32 KB", body -> headed("X-Long: " + "y".repeat(32 << 10) + "\r\n", body)),
                reused(true, "a folded field", body -> headed("X-Folded: a\r\n  b\r\n", body)));
    }

    private static List<ServerBehaviour> odd() {
        return List.of(
                reused(true, "one length twice", body -> headed("Content-Length: " + body.length + "\r\n", body)),
                reused(
                        true,
                        "lines without CR",
                        body -> Bytes.of("HTTP/1.1 200 OK\ncontent-length:" + body.length + "\n\n", body, "")),
                reused(
                        true,
                        "no reason",
                        body -> Bytes.of("HTTP/1.1 200\r\nContent-Length: " + body.length + "\r\n\r\n", body, "")));
    }

    private static List<ServerBehaviour> closing() {
        return List.of(
                closed(
                        true,
                        "1.0 that ends with its connection",
                        body -> Bytes.of("HTTP/1.0 200 OK\r\n\r\n", body, "")),
                closed(true, "1.1 that ends with its connection", body -> Bytes.of(OK + "\r\n", body, "")),
                reused(
                        true,
                        "1.0 that is reused",
                        body -> Bytes.of(
                                "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: " + body.length
                                        + "\r\n\r\n",
                                body,
                                "")),
                closed(true, "closed and said so", body -> headed("Connection: x, CLOSE\r\n", body)),
                closed(true, "closed without a word", ServerBehaviour::plain),
                closed(
                        true,
                        "408 while idle",
                        body -> Bytes.of("", plain(body), "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")),
                new ServerBehaviour("408 as it takes the next call", true, (to, body) -> {
                    to.send("", plain(body));
                    return to.next().isPresent() && silently(to);
                }),
                new ServerBehaviour("a byte at a time", true, (to, body) -> {
                    for (byte b : plain(body)) {
                        to.send("", new byte[] {b});
                    }
                    return true;
                }));
    }

    private static boolean silently(Connection to) throws IOException {
        to.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return false;
    }

    private static List<ServerBehaviour> strange() {
        return List.of(
                reused(false, "the answer twice", body -> Bytes.of("", plain(body), Bytes.text(plain(body)))),
                reused(
                        false,
                        "101",
                        body -> Bytes.of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", plain(body), "")),
                reused(
                        false,
                        "more interim answers than anybody reads",
                        body -> Bytes.of("HTTP/1.1 102 P\r\n\r\n".repeat(100), plain(body), "")),
                reused(
                        false,
                        "204 with a body that is an answer",
                        body -> Bytes.of(
                                "HTTP/1.1 204 No Content\r\nContent-Length: " + plain(body).length + "\r\n\r\n",
                                plain(body),
                                "")),
                reused(
                        false,
                        "204 without a length and an answer behind it",
                        body -> Bytes.of("HTTP/1.1 204 No Content\r\n\r\n", plain(body), "")),
                reused(
                        false,
                        "304 and an answer behind it",
                        body -> Bytes.of("HTTP/1.1 304 Not Modified\r\n\r\n", plain(body), "")),
                reused(
                        false,
                        "500 and an answer behind it",
                        body -> Bytes.of("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", plain(body), "")));
    }

    private static List<ServerBehaviour> misframed() {
        return List.of(
                reused(
                        false,
                        "length and chunks",
                        body -> Bytes.of(
                                OK + "Content-Length: " + body.length + "\r\nTransfer-Encoding: chunked\r\n\r\n",
                                body,
                                Bytes.text(plain(body)))),
                reused(
                        false,
                        "chunks in 1.0",
                        body -> Bytes.of(
                                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                chunked("", "", body, "0\r\n\r\n"),
                                "")),
                reused(false, "two lengths", body -> headed("Content-Length: " + (body.length + 1) + "\r\n", body)),
                reused(
                        false,
                        "two lengths in one field",
                        body -> Bytes.of(OK + "Content-Length: 0, " + body.length + "\r\n\r\n", body, "")),
                reused(
                        false,
                        "a signed length",
                        body -> Bytes.of(OK + "Content-Length: +" + body.length + "\r\n\r\n", body, "")),
                closed(
                        false,
                        "packed chunks",
                        body -> chunked("Transfer-Encoding: gzip, chunked\r\n", "", body, "0\r\n\r\n")),
                reused(
                        false,
                        "chunks twice",
                        body -> chunked("Transfer-Encoding: chunked\r\n".repeat(2), "", body, "0\r\n\r\n")),
                reused(false, "packed though nobody asked", body -> headed("Content-Encoding: gzip\r\n", body)));
    }

    private static List<ServerBehaviour> malformed() {
        return List.of(
                reused(
                        false,
                        "a signed chunk",
                        body -> Bytes.of(
                                OK + "Transfer-Encoding: chunked\r\n\r\n+2\r\nab\r\n0\r\n\r\n", plain(body), "")),
                reused(
                        false,
                        "a chunk that is longer than it says",
                        body -> Bytes.of(
                                OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", plain(body), "")),
                reused(
                        false,
                        "trailers without end",
                        body -> chunked(
                                "Transfer-Encoding: chunked\r\n",
                                "",
                                body,
                                "0\r\n" + "A: b\r\n".repeat(20_000) + "\r\n")),
                reused(false, "a head without end", body -> headed("X-Long: y\r\n".repeat(10_000), body)),
                reused(
                        false,
                        "a space before the colon",
                        body -> Bytes.of(OK + "Content-Length : " + body.length + "\r\n\r\n", body, "")));
    }

    private static List<ServerBehaviour> broken() {
        return List.of(
                reused(false, "a zero in a field", body -> headed("X-Zero: a\0b\r\n", body)),
                reused(false, "a line break in a field", body -> headed("X-Break: a\rContent-Length: 0\r\n", body)),
                closed(false, "a head cut short", body -> Bytes.of(OK + "Content-Le", new byte[0], "")),
                closed(
                        false,
                        "a body cut short",
                        body -> Bytes.of(OK + "Content-Length: " + (body.length + 1) + "\r\n\r\n", body, "")),
                closed(false, "chunks cut short", body -> chunked("Transfer-Encoding: chunked\r\n", "", body, "")),
                reused(false, "no HTTP", body -> Bytes.of("alice, alice\r\n\r\n", body, "")),
                reused(
                        false,
                        "another version",
                        body -> Bytes.of("HTTP/2 200\r\nContent-Length: " + body.length + "\r\n\r\n", body, "")),
                reused(false, "status 7", body -> Bytes.of("HTTP/1.1 007 OK\r\n\r\n", plain(body), "")),
                closed(false, "nothing", body -> new byte[0]));
    }
}
