package io.mics.console;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.address.LoopbackHost;
import io.mics.listener.RequestClient;
import java.util.function.BooleanSupplier;

/**
 * Shows the page only while the playground is open and, unless any peer is welcome, only to loopback peers; everybody
 * else gets the 404 of a page that does not exist, because in the playground anyone can be anyone.
 *
 * @param open    whether the playground exists now
 * @param anyPeer whether peers beyond loopback may see it ({@code playground.public})
 */
public record PlaygroundGuard(BooleanSupplier open, BooleanSupplier anyPeer) implements PageGuard {
    /** The same whoever asks and why ever there is none: it gives nothing away but what the product has. */
    private static final String NO_PAGE =
            "There is no page here. To operators: /internal/playground is one, with playground.page: true.\n";

    @Override
    public boolean admits(ServerRequest request, ServerResponse response) {
        boolean admitted = open.getAsBoolean() && isWelcome(request);
        if (!admitted) {
            response.status(Status.NOT_FOUND_404).send(request.path().path().equals("/") ? NO_PAGE : "");
        }
        return admitted;
    }

    private boolean isWelcome(ServerRequest request) {
        return anyPeer.getAsBoolean()
                // a page of another site can have a name of its own lead here, but the browser then says that name
                || (RequestClient.isLocal(request)
                        && LoopbackHost.is(request.requestedUri().host()));
    }
}
