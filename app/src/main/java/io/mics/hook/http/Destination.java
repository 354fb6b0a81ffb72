package io.mics.hook.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A URL taken apart as it is written. Helidon's client would call {@code localhost} for a host it cannot read (one with
 * an underscore, an IPv6 address) and write an escaped slash of the path as a slash.
 *
 * @param root scheme, host and port
 * @param rest path and query, escaped as they were
 */
record Destination(URI root, String rest) {
    /** The destination a URL names, or nothing when it is not {@code http} or {@code https} or has no host. */
    static Optional<Destination> of(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
                return Optional.empty();
            }
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return Optional.of(new Destination(
                    new URI(scheme, null, uri.getHost(), uri.getPort(), null, null, null), path + query));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
