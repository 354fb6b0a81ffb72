package io.mics.ws;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Reads {@code Upgrade} as the list without case that it is: the server finds an upgrader by the header's whole value,
 * letter by letter. Where the list has WebSocket, that is left. Wraps the one other listener, since Helidon 4.4.0 calls
 * none of two.
 */
record UpgradeHeader(Http1ConnectionListener next) implements Http1ConnectionListener {
    @Override
    public void headers(ConnectionContext context, Headers headers) {
        if (headers instanceof WritableHeaders<?> writable
                && OpeningHandshake.lists(headers, HeaderNames.UPGRADE, OpeningHandshake.WEBSOCKET)) {
            writable.set(HeaderNames.UPGRADE, OpeningHandshake.WEBSOCKET);
        }
        next.headers(context, headers);
    }

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        next.prologue(context, prologue);
    }
}
