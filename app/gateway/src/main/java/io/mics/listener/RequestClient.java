package io.mics.listener;

import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;

/** Who a request on a {@link Listener} comes from. Safe on any thread. */
public final class RequestClient {
    private RequestClient() {}

    /** A socket's peer as the server library knows it, and the client behind it. */
    record Peer(PeerInfo peer, ClientAddress client) implements PeerInfo {
        @Override
        public SocketAddress address() {
            return peer.address();
        }

        @Override
        public String host() {
            return peer.host();
        }

        @Override
        public int port() {
            return peer.port();
        }

        @Override
        public Optional<Principal> tlsPrincipal() {
            return peer.tlsPrincipal();
        }

        @Override
        public Optional<Certificate[]> tlsCertificates() {
            return peer.tlsCertificates();
        }
    }

    /** The peer of its socket or, where that is a trusted proxy, whom it names as its client. */
    public static InetAddress address(ServerRequest request) {
        return peer(request).client().address(request.headers()).getAddress();
    }

    /** Whether its peer is on this machine and names no client elsewhere. */
    public static boolean isLocal(ServerRequest request) {
        return peer(request).address() instanceof InetSocketAddress socket
                && socket.getAddress().isLoopbackAddress()
                && address(request).isLoopbackAddress();
    }

    private static Peer peer(ServerRequest request) {
        if (request.remotePeer() instanceof Peer peer) {
            return peer;
        }
        throw new IllegalArgumentException("not a request on a listener");
    }
}
