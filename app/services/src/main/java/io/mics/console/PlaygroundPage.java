package io.mics.console;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The playground page: a chat of two users and more, each a client of the gateway like any other, with every frame and
 * what became of each message. It is served to whom its guard admits.
 */
public final class PlaygroundPage implements HttpService {
    private static final List<String> ASSETS = List.of(
            "playground.css",
            "playground.svg",
            "playground.js",
            "playground-client.js",
            "playground-conversations.js",
            "playground-elements.js",
            "playground-explain.js",
            "playground-person.js",
            "playground-stored.js",
            "playground-words.js",
            "playground-words.json");
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header REVALIDATE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");
    private static final Header ONLY_OUR_OWN = HeaderValues.createCached(
            HeaderNames.create("Content-Security-Policy"),
            "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; "
                    + "frame-ancestors 'none'");
    private static final Header NO_SNIFFING =
            HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");

    private final Map<String, Asset> byPath = new LinkedHashMap<>();
    private final PageGuard guard;
    private final PlaygroundQueries queries;

    /**
     * The page, its files beside it, and what it asks below {@code playground/}.
     *
     * @param path    of the page itself below what it is registered at; its files are found relative to it
     * @param guard   who may see it
     * @param queries what the page asks
     */
    public PlaygroundPage(String path, PageGuard guard, PlaygroundQueries queries) {
        this.guard = guard;
        this.queries = queries;
        byPath.put(path, Asset.read("playground.html"));
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
        if (!guard.admits(request, response)) {
            return;
        }
        response.header(contentType)
                .header(REVALIDATE)
                .header(ONLY_OUR_OWN)
                .header(NO_SNIFFING)
                .send(body.get());
    }
}
