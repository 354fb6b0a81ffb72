package io.mics.routing.link;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.helidon.webserver.grpc.GrpcConnectionContext;
import io.helidon.webserver.grpc.ServerContextKeys;
import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Log;
import io.mics.proto.node.v1.LinkHello;
import io.mics.proto.node.v1.LinkRequest;
import io.mics.proto.node.v1.LinkResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Accepts links or refuses them, knows all that are open, and ends those that fell silent. */
final class LinkAcceptor implements ServerCallHandler<LinkRequest, LinkResponse>, AutoCloseable {
    private static final Log LOG = Log.of(LinkAcceptor.class);
    private static final long LOG_INTERVAL = TimeUnit.MINUTES.toNanos(1);
    private static final int LOGGED_PEERS = 1_024;

    private final Supplier<Peer> self;
    private final LinkSettings settings;
    private final MemberCheck members;
    private final PeerRequests requests;
    private final LinkProtocol.Token token;
    private final SharedByteBudget answers = SharedByteBudget.halfEach(LinkSettings.ANSWERED_OF_ALL);
    private final Set<InboundLink> open = ConcurrentHashMap.newKeySet();
    private final Map<String, InboundPeer> peers = new ConcurrentHashMap<>();
    private final Map<String, Long> lastLogged = new LinkedHashMap<>();
    private final Thread watch = CriticalThreads.unstarted("link-watch", this::watchLinks);
    private volatile boolean closed;

    LinkAcceptor(Supplier<Peer> self, LinkSettings settings, MemberCheck members, PeerRequests requests) {
        this.self = self;
        this.settings = settings;
        this.members = members;
        this.requests = requests;
        this.token = new LinkProtocol.Token(settings.token());
    }

    /** Begins to end links that fall silent. */
    void watch() {
        watch.start();
    }

    @Override
    public ServerCall.Listener<LinkRequest> startCall(ServerCall<LinkRequest, LinkResponse> call, Metadata metadata) {
        String from = Optional.ofNullable(ServerContextKeys.CONNECTION_CONTEXT.get())
                .map(GrpcConnectionContext::remotePeer)
                .map(remote -> remote.host())
                .orElse("unknown");
        if (closed) {
            return new Refusal(call, Status.UNAVAILABLE.withDescription("closing"));
        }
        if (!token.isShown(metadata)) {
            log("link_unauthorized", from, "");
            return new Refusal(call, Status.UNAUTHENTICATED.withDescription("not the cluster's token"));
        }
        InboundLink link = new InboundLink(call, this);
        open.add(link);
        return link;
    }

    /** This node's own hello. */
    LinkHello hello() {
        return LinkProtocol.hello(self.get(), 0);
    }

    /** What came of a peer's hello. */
    sealed interface Handshake {
        /** Calls of this peer are answered. */
        record Accepted(InboundPeer peer) implements Handshake {}

        /** Somebody who is no member, or means another start, asks who answers; makes no calls. */
        record Probe() implements Handshake {}

        /** No link with that one. */
        record Refused(String cause) implements Handshake {}
    }

    /** Decides over the peer at the other end of {@code link}; waits for the directory where that peer is not known. */
    Handshake handshake(LinkHello hello, InboundLink link) throws InterruptedException {
        if (hello.getProtocolVersion() != LinkProtocol.VERSION) {
            return refuse(hello, "protocol version " + hello.getProtocolVersion() + ", not " + LinkProtocol.VERSION);
        }
        boolean meant = hello.getAskedEpoch() == 0
                || hello.getAskedEpoch() == self.get().epoch();
        if (hello.getEpoch() == 0 || !meant) {
            return new Handshake.Probe();
        }
        Peer peer = LinkProtocol.peer(hello);
        if (!members.isMember(peer, settings.silence().dividedBy(2))) {
            return refuse(hello, "no member of this cluster");
        }
        InboundPeer caller = peers.compute(peer.node(), (node, known) -> {
            if (known != null && known.peer().epoch() >= peer.epoch()) {
                return known;
            }
            if (known != null) {
                known.forget();
            }
            return new InboundPeer(peer, requests, settings, answers);
        });
        if (caller.peer().epoch() != peer.epoch()) {
            return refuse(hello, "a later start of this node has a link");
        }
        caller.linked(link);
        return new Handshake.Accepted(caller);
    }

    private Handshake refuse(LinkHello hello, String cause) {
        log("link_refused", hello.getNodeId(), cause);
        return new Handshake.Refused(cause);
    }

    /**
     * Whether {@code link} is to end because all links together have too many answers that were not read, and it has no
     * fewer of them than is usual among them.
     */
    boolean holdsTooMuch(InboundLink link) {
        long own = link.unreadBytes();
        return own > 0
                && holdsTooMuch(own, open.stream().map(InboundLink::unreadBytes).toList(), LinkSettings.UNREAD_OF_ALL);
    }

    /** The same of a link with {@code own} bytes where all have {@code unread}, of which there may be {@code most}. */
    static boolean holdsTooMuch(long own, List<Long> unread, long most) {
        long all = unread.stream().mapToLong(Long::longValue).sum();
        return all > most && own * unread.size() >= all;
    }

    /** {@code link} is over. */
    void ended(InboundLink link) {
        open.remove(link);
    }

    private void watchLinks() {
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(settings.heartbeat().toNanos());
                lookAtLinks();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAtLinks() {
        try {
            open.stream()
                    .filter(link -> link.silentNanos() > settings.silence().toNanos())
                    .forEach(link -> link.end("silent"));
            for (InboundPeer peer : List.copyOf(peers.values())) {
                if (peer.isForgettable() && peers.remove(peer.peer().node(), peer)) {
                    peer.forget();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("link_check_failed", e);
        }
    }

    /** At most once a minute for one peer, and for a thousand peers. */
    private void log(String event, String peer, String cause) {
        long now = System.nanoTime();
        synchronized (lastLogged) {
            lastLogged.values().removeIf(logged -> now - logged > LOG_INTERVAL);
            if (lastLogged.size() >= LOGGED_PEERS || lastLogged.putIfAbsent(peer, now) != null) {
                return;
            }
        }
        LOG.warn(event, "peer", peer, "cause", cause);
    }

    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        open.forEach(link -> link.end("closing"));
        peers.values().forEach(InboundPeer::close);
    }

    /** Ends a call from its first callback: before that Helidon's own bookkeeping is not ready for an end. */
    private static final class Refusal extends ServerCall.Listener<LinkRequest> {
        private final ServerCall<LinkRequest, LinkResponse> call;
        private final Status status;

        Refusal(ServerCall<LinkRequest, LinkResponse> call, Status status) {
            this.call = call;
            this.status = status;
        }

        @Override
        public void onReady() {
            call.close(status, new Metadata());
        }
    }
}
