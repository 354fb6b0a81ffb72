package io.mics.httpclient;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A URL taken apart as it is written.
 *
 * @param secure whether it is {@code https}
 * @param host   the name or address, an IPv6 one without brackets
 * @param port   the port, that of the scheme where none is written
 * @param target path and query, escaped as they were
 */
public record Destination(boolean secure, String host, int port, String target) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int LAST_PORT = 65_535;

    /** Where connections lead. */
    record Origin(boolean secure, String host, int port) {}

    /** The destination a URL names, or nothing when it is not {@code http} or {@code https} or has no host. */
    public static Optional<Destination> of(String url) {
        try {
            URI uri = new URI(url);
            boolean secure = "https".equals(uri.getScheme());
            if (uri.getHost() == null
                    || !(secure || "http".equals(uri.getScheme()))
                    || uri.getPort() > LAST_PORT
                    || !StandardCharsets.US_ASCII.newEncoder().canEncode(url)) {
                return Optional.empty();
            }
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            int port = uri.getPort() < 0 ? (secure ? HTTPS : HTTP) : uri.getPort();
            return Optional.of(new Destination(secure, bare(uri.getHost()), port, path + query));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    Origin origin() {
        return new Origin(secure, host, port);
    }

    /** Whether both lead to the same server. */
    public boolean isServerOf(Destination other) {
        return secure == other.secure && port == other.port && host.equalsIgnoreCase(other.host);
    }

    /** The field {@code Host}: without the port where it is that of the scheme, and without an IPv6 zone (RFC 6874). */
    String authority() {
        int zone = host.indexOf('%');
        String address = zone < 0 ? host : host.substring(0, zone);
        String name = host.indexOf(':') < 0 ? host : "[" + address + "]";
        return port == (secure ? HTTPS : HTTP) ? name : name + ":" + port;
    }

    /** The URL without user, password and query, for people. */
    public String shown() {
        int query = target.indexOf('?');
        return (secure ? "https://" : "http://") + authority() + (query < 0 ? target : target.substring(0, query));
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
