package io.mics.console;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.address.LoopbackHost;
import io.mics.listener.RequestClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The playground page: a chat of two users for someone who has just started the server. It is served at {@code /}, only
 * while the playground is open and, unless any peer is welcome, only to loopback peers; everybody else gets the 404 of
 * a page that does not exist, because in the playground anyone can be anyone.
 */
public final class PlaygroundPage implements HttpService {
    private static final List<String> ASSETS = List.of(
            "playground.css",
            "playground.svg",
            "playground.js",
            "playground-client.js",
            "playground-explain.js",
            "playground-person.js",
            "playground-words.js");
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header REVALIDATE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");
    private static final Header ONLY_OUR_OWN = HeaderValues.createCached(
            HeaderNames.create("Content-Security-Policy"),
            "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; "
                    + "frame-ancestors 'none'");
    private static final Header NO_SNIFFING =
            HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");

    private final Map<String, Asset> byPath = new LinkedHashMap<>();
    private final BooleanSupplier open;
    private final BooleanSupplier anyPeer;
    private final PlaygroundQueries queries;

    /**
     * @param open    whether the playground exists now; asked on every request
     * @param anyPeer whether peers beyond loopback may see it ({@code playground.public}); asked on every request
     * @param queries what the page asks while it is open
     */
    public PlaygroundPage(BooleanSupplier open, BooleanSupplier anyPeer, PlaygroundQueries queries) {
        this.open = open;
        this.anyPeer = anyPeer;
        this.queries = queries;
        byPath.put("/", Asset.read("playground.html"));
        ASSETS.forEach(name -> byPath.put("/" + name, Asset.read(name)));
    }

    @Override
    public void routing(HttpRules rules) {
        byPath.forEach((path, asset) ->
                rules.get(path, (request, response) -> answer(request, response, asset.contentType(), asset::bytes)));
        rules.get("/playground/about", (request, response) -> answer(request, response, JSON, queries::about));
        rules.get("/playground/explain", this::explain);
    }

    private void explain(ServerRequest request, ServerResponse response) {
        String tenant = request.query().first("tenant").orElse("");
        String message = request.query().first("msgId").orElse("");
        answer(request, response, JSON, () -> queries.explain(tenant, message));
    }

    private void answer(ServerRequest request, ServerResponse response, Header contentType, Supplier<byte[]> body) {
        if (!open.getAsBoolean() || !welcome(request)) {
            response.status(Status.NOT_FOUND_404).send();
            return;
        }
        response.header(contentType)
                .header(REVALIDATE)
                .header(ONLY_OUR_OWN)
                .header(NO_SNIFFING)
                .send(body.get());
    }

    private boolean welcome(ServerRequest request) {
        return anyPeer.getAsBoolean()
                // a page of another site can have a name of its own lead here, but the browser then says that name
                || (RequestClient.isLocal(request)
                        && LoopbackHost.is(request.requestedUri().host()));
    }
}
