package io.mics.console;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One file of the page, whole in memory and shared by all requests; never written. */
final class Asset {
    private final Header contentType;
    private final byte[] bytes;

    private Asset(Header contentType, byte[] bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    /** Reads {@code web/{name}} from the class path. A missing file is a broken build, hence an exception. */
    static Asset read(String name) {
        try (var in = Asset.class.getResourceAsStream("/web/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: web/" + name);
            }
            return new Asset(HeaderValues.createCached(HeaderNames.CONTENT_TYPE, typeOf(name)), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Header contentType() {
        return contentType;
    }

    /** The file itself, not a copy. */
    byte[] bytes() {
        return bytes;
    }

    private static String typeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "json" -> "application/json";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no content type known for " + name);
        };
    }
}
