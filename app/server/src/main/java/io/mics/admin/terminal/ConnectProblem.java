package io.mics.admin.terminal;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one sentence why a command got no answer from a server, and what to do. */
public final class ConnectProblem {
    private static final String CORRECT = ", or name where it listens with --url";

    private static final int DEEPEST = 16;

    private ConnectProblem() {}

    /** The sentence for what the JDK's HTTP client threw when it called {@code at}. */
    public static String of(URI at, Throwable thrown) {
        String server = at.getScheme() + "://" + at.getAuthority();
        if (isUnknown(thrown)) {
            return "there is no host named " + at.getHost() + ": correct --url";
        }
        if (has(thrown, HttpConnectTimeoutException.class) || has(thrown, NoRouteToHostException.class)) {
            return server + " cannot be reached: see whether a firewall is between" + CORRECT;
        }
        if (isRefused(thrown)) {
            return "nothing listens at " + server + ": start the server" + CORRECT;
        }
        if (has(thrown, HttpTimeoutException.class)) {
            return server + " took the request and did not answer in time: ask again" + CORRECT;
        }
        if (has(thrown, SSLException.class)) {
            return "there is no trusted TLS at " + server + " (" + reason(thrown) + "): name a certificate"
                    + " authority with -Djavax.net.ssl.trustStore, or an address without TLS with --url";
        }
        return "what listens at " + server + " does not answer as a MICS server does: name where that listens with"
                + " --url";
    }

    /** Whether nobody was there, so that nothing can have been done. */
    public static boolean isRefused(Throwable thrown) {
        return has(thrown, ConnectException.class) && !isUnknown(thrown);
    }

    private static boolean isUnknown(Throwable thrown) {
        return has(thrown, UnresolvedAddressException.class) || has(thrown, UnknownHostException.class);
    }

    private static String reason(Throwable thrown) {
        String message = chain(thrown).reduce(thrown, (outer, inner) -> inner).getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }

    private static boolean has(Throwable thrown, Class<? extends Throwable> kind) {
        return chain(thrown).anyMatch(kind::isInstance);
    }

    /** What was thrown, and what caused it; a cause that is in a circle ends it. */
    private static Stream<Throwable> chain(Throwable thrown) {
        return Stream.<@Nullable Throwable>iterate(thrown, at -> at == null ? null : at.getCause())
                .limit(DEEPEST)
                .flatMap(Stream::ofNullable);
    }
}
