package io.mics.routing.link;

import io.mics.concurrent.HeapShare;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How links behave; the same on every node of a cluster.
 *
 * @param token           what nodes show each other; empty, which needs {@code tls}: their certificates alone
 * @param deadline        how long one attempt of a call waits for its answer; there are two at most
 * @param inFlight        calls to one peer at one time, and blocking calls handled for one peer; 0 is unlimited
 * @param inFlightBytes   bytes of the calls to one peer at one time; 0 is unlimited
 * @param breakerFailures consecutive failures that open the breaker of a peer; 0 never opens it
 * @param breakerOpen     how long an open breaker refuses; zero does not wait
 * @param heartbeat       time between signs of life; three missed ones end a link
 * @param largestCall     bytes of the largest call or answer
 * @param tls             certificates of both ends; empty is plain text
 */
public record LinkSettings(
        String token,
        Duration deadline,
        int inFlight,
        long inFlightBytes,
        int breakerFailures,
        Duration breakerOpen,
        Duration heartbeat,
        int largestCall,
        Optional<Tls> tls) {

    /**
     * Mutual TLS: each node shows its certificate, which must name the host others dial.
     *
     * @param certificate PEM file of this node's certificate chain
     * @param key         PEM file of its private key
     * @param trust       PEM file of the certificates that sign the nodes' own
     */
    public record Tls(Path certificate, Path key, Path trust) {}

    /** Bytes of the calls to all peers at one time, of which one peer's have half. */
    static final long IN_FLIGHT_OF_ALL = HeapShare.atMost(256L << 20, 5);
    /** Bytes of the answers remembered for all peers, of which one peer's have half. */
    static final long ANSWERED_OF_ALL = HeapShare.atMost(64L << 20, 2);
    /** Bytes of the answers that all peers have not read yet. */
    static final long UNREAD_OF_ALL = HeapShare.atMost(128L << 20, 3);

    private static final int LARGEST_CALL = 4 << 20;
    private static final int LARGEST_BODY = 256 << 20;

    /** Bytes that the links to and from all peers may hold, in this process. */
    public static long mostBytes() {
        return IN_FLIGHT_OF_ALL + ANSWERED_OF_ALL + UNREAD_OF_ALL;
    }

    /** Nobody is let in for nothing. */
    public LinkSettings {
        if (token.isEmpty() && tls.isEmpty()) {
            throw new IllegalArgumentException("links need a token or mutual TLS");
        }
    }

    /** The largest call where bodies have up to {@code maxMessageBytes}; at most, and for 0, those of 256 MiB pass. */
    public static int largestCall(int maxMessageBytes) {
        int body = maxMessageBytes == 0 ? LARGEST_BODY : Math.min(maxMessageBytes, LARGEST_BODY);
        return Math.max(LARGEST_CALL, 2 * body);
    }

    /** Bytes of the largest message on a link. */
    int largestMessage() {
        return Math.max(LinkProtocol.BATCH_BYTES, largestCall) + LinkProtocol.MESSAGE_OVERHEAD;
    }

    /** How long an end may be silent. */
    Duration silence() {
        return heartbeat.multipliedBy(LinkProtocol.MISSED_HEARTBEATS);
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "LinkSettings[token=***, deadline=" + deadline + ", inFlight=" + inFlight + ", tls=" + tls.isPresent()
                + "]";
    }
}
