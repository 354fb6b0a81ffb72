package io.mics.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The opening request of a connection to the bare loop.
 *
 * @param path the path without the query
 * @param key the client's {@code Sec-WebSocket-Key}, empty when this is no upgrade
 */
record BareHandshake(String path, String key, String tenant, String user, String device) {
    private static final String SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Reads up to the empty line. Clients send no frame before the answer, so nothing is read too far. */
    static BareHandshake read(InputStream in) throws IOException {
        byte[] buffer = new byte[4096];
        int size = 0;
        while (!endsWithEmptyLine(buffer, size)) {
            int n = in.read(buffer, size, buffer.length - size);
            if (n <= 0) {
                throw new EOFException("no request");
            }
            size += n;
        }
        String[] lines = new String(buffer, 0, size, StandardCharsets.US_ASCII).split("\r\n");
        String target = lines[0].split(" ")[1];
        int mark = target.indexOf('?');
        Map<String, String> query = query(mark < 0 ? "" : target.substring(mark + 1));
        String key = "";
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).trim();
            }
        }
        String token = query.getOrDefault("token", "");
        return new BareHandshake(
                mark < 0 ? target : target.substring(0, mark),
                key,
                query.getOrDefault("tenantId", ""),
                token.substring(token.indexOf(':') + 1),
                query.getOrDefault("deviceId", ""));
    }

    private static boolean endsWithEmptyLine(byte[] b, int n) {
        return n >= 4 && b[n - 4] == '\r' && b[n - 3] == '\n' && b[n - 2] == '\r' && b[n - 1] == '\n';
    }

    private static Map<String, String> query(String text) {
        Map<String, String> found = new HashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                found.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    boolean upgrade() {
        return !key.isEmpty();
    }

    /** The answer that switches to WebSocket. */
    byte[] accepted() {
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + SALT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
