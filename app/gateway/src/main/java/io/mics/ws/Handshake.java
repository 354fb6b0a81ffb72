package io.mics.ws;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.websocket.WsUpgrader;
import io.mics.auth.Authenticator.Credentials;
import io.mics.observe.TraceId;
import io.mics.protocol.json.JsonCodec;
import io.mics.session.Sessions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * What an upgrade request asks for.
 *
 * @param key         the client's nonce
 * @param credentials who it says it is
 * @param asked       how it is to be served
 * @param offersJson  whether it offers {@code mics.json.v1}
 */
record Handshake(String key, Credentials credentials, Sessions.Asked asked, boolean offersJson) {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String BEARER = "bearer ";

    /** Reads a request of {@code peer}; empty when it is not a proper RFC 6455 handshake. */
    static Optional<Handshake> read(HttpPrologue prologue, WritableHeaders<?> headers, SocketAddress peer) {
        if (OpeningHandshake.refusal(prologue, headers).isPresent()
                || !(ConnectQuery.read(prologue.query().rawValue()) instanceof ConnectQuery.Read.Valid read)) {
            return Optional.empty();
        }
        String key = headers.first(WsUpgrader.WS_KEY).orElse("").strip();
        ConnectQuery query = read.query();
        boolean offersJson = headers.contains(WsUpgrader.PROTOCOL)
                && headers.get(WsUpgrader.PROTOCOL).allValues().stream()
                        .flatMap(offer -> Arrays.stream(offer.split(",", -1)))
                        .anyMatch(offer -> offer.strip().equals(JsonCodec.NAME));
        boolean asksJson = query.value("protocol").equals("json");
        Credentials credentials = new Credentials(
                query.value("tenantid"),
                token(query, headers),
                query.value("deviceid"),
                TraceId.fromTraceparent(
                        headers.first(HeaderNames.create("traceparent")).orElse("")),
                peer instanceof InetSocketAddress inet && inet.getAddress() != null
                        ? inet.getAddress().getHostAddress()
                        : "");
        String origin = headers.first(HeaderNames.ORIGIN).orElse("");
        boolean syncs = query.value("catchup").equals("sync");
        return Optional.of(
                new Handshake(key, credentials, new Sessions.Asked(origin, offersJson || asksJson, syncs), offersJson));
    }

    /** The answer that switches protocols. */
    BufferData accept() {
        String protocol = offersJson ? "Sec-WebSocket-Protocol: " + JsonCodec.NAME + "\r\n" : "";
        String answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + protocol
                + "Sec-WebSocket-Accept: " + acceptKey() + "\r\n\r\n";
        return BufferData.create(answer.getBytes(StandardCharsets.US_ASCII));
    }

    private String acceptKey() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static String token(ConnectQuery query, WritableHeaders<?> headers) {
        String authorization = headers.first(HeaderNames.AUTHORIZATION).orElse("");
        return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? authorization.substring(BEARER.length()).strip()
                : query.value("token");
    }
}
