package io.mics.hook;

import io.mics.httpclient.Destination;
import java.util.Optional;

/** How URLs of hooks are written where people read them. */
public final class HookUrls {
    private HookUrls() {}

    /** Whether two URLs name the same scheme, host and port. */
    public static boolean sameServer(String one, String other) {
        Optional<Destination> first = Destination.of(one);
        Optional<Destination> second = Destination.of(other);
        return first.isPresent() && second.isPresent() && first.get().isServerOf(second.get());
    }

    /** The URL without user, password and query. */
    public static String shown(String url) {
        int query = url.indexOf('?');
        String plain = query < 0 ? url : url.substring(0, query);
        int host = plain.indexOf("://") + 3;
        int path = host < 3 ? -1 : plain.indexOf('/', host);
        int user = host < 3 ? -1 : plain.lastIndexOf('@', path < 0 ? plain.length() : path);
        return user < host ? plain : plain.substring(0, host) + plain.substring(user + 1);
    }
}
