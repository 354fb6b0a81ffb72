package io.mics.console;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Decides who may see the page; asked on every request. */
public interface PageGuard {
    /** Whether the request is to be answered with what it asks for; if not, it is answered, or passed on, already. */
    boolean admits(ServerRequest request, ServerResponse response);
}
