package io.mics.sdk.hook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The JDK's HTTP server as hooks need it. Reads at most the body limit into memory. */
final class JdkServer {
    private static final int WAITING_CONNECTIONS = 1024;

    /** How much of an oversized body is read and thrown away, so that its sender reads the 413 and not a reset. */
    private static final int DISCARD_AT_MOST = 16 << 20;

    static {
        // Read once, when the JDK loads its server: without nodelay every answer waits 40 ms for an ACK, and without
        // more idle connections a busy gateway would connect anew all the time.
        preset("sun.net.httpserver.nodelay", "true");
        preset("sun.net.httpserver.maxIdleConnections", "10000");
        preset("sun.net.httpserver.idleInterval", "300");
    }

    private JdkServer() {}

    /** A server that is not started yet. */
    static HttpServer bind(InetSocketAddress address) throws IOException {
        return HttpServer.create(address, WAITING_CONNECTIONS);
    }

    /** A request's body, or nothing when it is larger than {@code max} bytes. */
    static Optional<byte[]> body(HttpExchange exchange, int max) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(max);
        return body.length == max && discard(exchange.getRequestBody()) > 0 ? Optional.empty() : Optional.of(body);
    }

    private static long discard(InputStream rest) throws IOException {
        byte[] chunk = new byte[8192];
        long discarded = 0;
        for (int n = rest.read(chunk); n >= 0; n = rest.read(chunk)) {
            discarded += n;
            if (discarded > DISCARD_AT_MOST) {
                break;
            }
        }
        return discarded;
    }

    /** Answers with an encoded response, or with a status and one line of text. */
    static void respond(HttpExchange exchange, Answer answer, String type) throws IOException {
        if (answer instanceof Answer.Ok ok) {
            respond(exchange, 200, type, ok.body());
        } else if (answer instanceof Answer.Refused refused) {
            byte[] line = (refused.reason() + "\n").getBytes(StandardCharsets.UTF_8);
            respond(exchange, refused.status(), "text/plain; charset=utf-8", line);
        }
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static void preset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
