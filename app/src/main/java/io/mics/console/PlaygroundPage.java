package io.mics.console;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
            "playground-person.js",
            "playground-words.js");
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

    /**
     * A page for loopback peers.
     *
     * @param open whether the playground exists now; asked on every request
     */
    public PlaygroundPage(BooleanSupplier open) {
        this(open, () -> false);
    }

    /**
     * @param open    whether the playground exists now; asked on every request
     * @param anyPeer whether peers beyond loopback may see it ({@code playground.public}); asked on every request
     */
    public PlaygroundPage(BooleanSupplier open, BooleanSupplier anyPeer) {
        this.open = open;
        this.anyPeer = anyPeer;
        byPath.put("/", Asset.read("playground.html"));
        ASSETS.forEach(name -> byPath.put("/" + name, Asset.read(name)));
    }

    @Override
    public void routing(HttpRules rules) {
        byPath.forEach((path, asset) -> rules.get(path, (request, response) -> answer(asset, request, response)));
    }

    private void answer(Asset asset, ServerRequest request, ServerResponse response) {
        if (!open.getAsBoolean() || !welcome(request)) {
            response.status(Status.NOT_FOUND_404).send();
            return;
        }
        response.header(asset.contentType())
                .header(REVALIDATE)
                .header(ONLY_OUR_OWN)
                .header(NO_SNIFFING)
                .send(asset.bytes());
    }

    private boolean welcome(ServerRequest request) {
        return anyPeer.getAsBoolean()
                || (request.remotePeer().address() instanceof InetSocketAddress peer && isLoopback(peer.getAddress()));
    }

    // An address that was never resolved is nobody's loopback.
    private static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }
}
