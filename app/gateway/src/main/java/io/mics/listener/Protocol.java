package io.mics.listener;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.mics.concurrent.FatalErrors;
import io.mics.observe.Log;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What a port speaks.
 *
 * @param selector makes the connection of a socket
 * @param router   where its requests go
 * @param http1    whether requests are HTTP/1.1, and so pass the {@link RequestGate}
 */
public record Protocol(ServerConnectionSelector selector, Router router, boolean http1) {
    private static final Log LOG = Log.of(Protocol.class);

    /** HTTP/1.1 without upgrades. */
    public static Protocol http1(HttpRouting.Builder routing) {
        return http1(routing, List.of(), UnaryOperator.identity());
    }

    /**
     * HTTP/1.1 with these upgrades.
     *
     * @param reading what else sees a request's head; the library notifies one listener only, which notifies the next
     */
    public static Protocol http1(
            HttpRouting.Builder routing,
            List<? extends Http1Upgrader> upgraders,
            UnaryOperator<Http1ConnectionListener> reading) {
        routing.error(VirtualMachineError.class, Protocol::failed);
        var builder = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .addReceiveListener(reading.apply(new Requests()))
                        .addSendListener(new Answers())
                        .maxPrologueLength(RequestHead.LINE_MAX)
                        .maxHeadersSize(RequestHead.HEADERS_MAX)
                        .build());
        upgraders.forEach(builder::addUpgrader);
        return new Protocol(
                builder.build(), Router.builder().addRouting(routing).build(), true);
    }

    /** The library would answer 500 and go on, whatever a handler threw. */
    private static void failed(ServerRequest request, ServerResponse response, VirtualMachineError error) {
        FatalErrors.check(error);
        LOG.error("request_failed", error, "path", request.path().path());
        response.status(Status.INTERNAL_SERVER_ERROR_500).send();
    }

    /** Anything else, such as HTTP/2. */
    public static Protocol other(ServerConnectionSelector selector, Router router) {
        return new Protocol(selector, router, false);
    }

    /** Notifies a socket's gate that the server library begins to read a request. */
    private static final class Requests implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            OpenSocket.of(context).gate().headTaken();
        }
    }

    /** Notifies a socket's gate of an answer after which the connection ends. */
    private static final class Answers implements Http1ConnectionListener {
        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (headers.contains(HeaderNames.CONNECTION)
                    && headers.get(HeaderNames.CONNECTION)
                            .values()
                            .toLowerCase(Locale.ROOT)
                            .contains("close")) {
                OpenSocket.of(context).gate().lastExchange();
            }
        }
    }
}
