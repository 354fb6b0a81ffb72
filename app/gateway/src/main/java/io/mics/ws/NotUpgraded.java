package io.mics.ws;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsUpgrader;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Answers who wanted a WebSocket and did not get one; whatever comes behind on that socket is not read. */
record NotUpgraded(BooleanSupplier draining) implements Handler {
    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        Optional<OpeningHandshake.Refusal> refusal = OpeningHandshake.refusal(request.prologue(), request.headers());
        if (draining.getAsBoolean()) {
            response.status(Status.SERVICE_UNAVAILABLE_503).send("draining");
        } else if (refusal.isPresent()) {
            if (refusal.get().status().equals(Status.UPGRADE_REQUIRED_426)) {
                response.header(HeaderNames.UPGRADE, OpeningHandshake.WEBSOCKET)
                        .header(WsUpgrader.WS_VERSION, OpeningHandshake.VERSION);
            }
            response.status(refusal.get().status()).send(refusal.get().what());
        } else {
            response.status(Status.BAD_REQUEST_400).send("not a WebSocket upgrade");
        }
    }
}
