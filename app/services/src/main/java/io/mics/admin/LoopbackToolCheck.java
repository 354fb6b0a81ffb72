package io.mics.admin;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.mics.address.LoopbackHost;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Distinguishes a tool that runs on this machine (curl, a script, our own commands) from what only passes through it.
 * A page in a browser here speaks for whoever wrote it, even under a name of its own that means this machine (DNS
 * rebinding); a proxy here speaks for the world. So {@code Host} must be a loopback name with our port, and no header
 * may be there but those that such tools send: pages and proxies add others, of which no list is complete. An address
 * that somebody typed into a browser is a tool, too.
 *
 * <p>What remains is a proxy on this machine that rewrites {@code Host} and adds nothing; a configured node warns at
 * the start, and wants a token or a port of its own.
 */
final class LoopbackToolCheck {
    private static final Set<String> OF_TOOLS = Set.of(
            "host",
            "user-agent",
            "accept",
            "accept-encoding",
            "accept-charset",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "te",
            "traceparent",
            "tracestate",
            "transfer-encoding",
            // Java's client asks for HTTP/2
            "upgrade",
            "http2-settings");

    private static final Set<String> OF_TYPED_ADDRESSES = Set.of(
            "accept-language",
            "cache-control",
            "cookie",
            "dnt",
            "if-modified-since",
            "if-none-match",
            "pragma",
            "priority",
            "save-data",
            "upgrade-insecure-requests");

    private static final Set<String> OF_OWN_PAGES = Stream.concat(
                    OF_TYPED_ADDRESSES.stream(), Stream.of("origin", "referer"))
            .collect(Collectors.toUnmodifiableSet());

    private static final String FETCH_HEADERS = "sec-";
    private static final String FETCHED_FROM = "sec-fetch-site";
    private static final String TYPED_IN = "none";
    private static final String OWN_PAGE = "same-origin";
    private static final int DEFAULT_PORT = 80;

    private LoopbackToolCheck() {}

    /** Whether a request from a loopback peer is of such a tool. */
    static boolean isTool(ServerRequest request) {
        return isTool(request, OF_TYPED_ADDRESSES, Set.of(TYPED_IN));
    }

    /** Whether it is, or is of a page that came from here under the same name and port. */
    static boolean isToolOrItsPage(ServerRequest request) {
        return isTool(request, OF_OWN_PAGES, Set.of(TYPED_IN, OWN_PAGE));
    }

    private static boolean isTool(ServerRequest request, Set<String> ofBrowsers, Set<String> from) {
        Headers headers = request.headers();
        if (!namesUs(headers, request.localPeer().port())) {
            return false;
        }
        Set<String> others = new HashSet<>();
        for (Header header : headers) {
            others.add(header.headerName().lowerCase());
        }
        others.removeAll(OF_TOOLS);
        return others.isEmpty()
                || (request.prologue().method().equals(Method.GET)
                        && others.contains(FETCHED_FROM)
                        && isFrom(headers, from)
                        && others.stream()
                                .allMatch(name -> name.startsWith(FETCH_HEADERS) || ofBrowsers.contains(name)));
    }

    private static boolean namesUs(Headers headers, int port) {
        List<String> hosts = headers.contains(HeaderNames.HOST)
                ? headers.get(HeaderNames.HOST).allValues()
                : List.of();
        if (hosts.size() != 1) {
            return false;
        }
        String host = hosts.getFirst();
        String withPort = ":" + port;
        return host.endsWith(withPort)
                ? LoopbackHost.is(host.substring(0, host.length() - withPort.length()))
                : port == DEFAULT_PORT && LoopbackHost.is(host);
    }

    /** Browsers say where a request comes from: from no page, from one of the same name and port, from elsewhere. */
    private static boolean isFrom(Headers headers, Set<String> from) {
        List<String> said = headers.get(HeaderNames.create(FETCHED_FROM)).allValues();
        return said.size() == 1 && from.contains(said.getFirst());
    }
}
