package io.mics.listener;

import io.helidon.common.tls.Tls;
import java.time.Duration;
import java.util.Optional;

/**
 * What a port is opened with.
 *
 * @param name    what logs and metrics call it
 * @param host    address to bind; {@code 0.0.0.0} is every one
 * @param port    0 takes a free one
 * @param setting what an operator changes to get another port
 * @param bounds  what its sockets may take
 * @param nio     whether encrypted sockets are read as channels; client certificates need it
 * @param tls     encryption; empty is plain text
 */
public record ListenSettings(
        String name, String host, int port, Setting setting, Bounds bounds, boolean nio, Optional<Tls> tls) {

    /**
     * Where the port is configured.
     *
     * @param key      the YAML key
     * @param variable the environment name
     */
    public record Setting(String key, String variable) {}

    /**
     * What sockets may take.
     *
     * @param connections sockets at one time; at the bound the one that has been silent for longest is closed for a new
     *                    one, and where none is silent new ones wait unaccepted
     * @param head        time from accepting a socket, or from the first byte of a later request, to the whole head
     * @param idle        time between requests
     * @param exchange    time from a request's head to the end of its answer, its body included
     * @param bodyBytes   bytes of a request's body
     */
    public record Bounds(int connections, Duration head, Duration idle, Duration exchange, int bodyBytes) {}

    /** A plain HTTP/1.1 port. */
    public static ListenSettings http(String name, String host, int port, Setting setting, Bounds bounds) {
        return new ListenSettings(name, host, port, setting, bounds, false, Optional.empty());
    }
}
