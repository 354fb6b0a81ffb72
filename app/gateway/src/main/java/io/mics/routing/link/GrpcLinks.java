package io.mics.routing.link;

import io.grpc.Status;
import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Asks other nodes over one gRPC stream each, opened by the first call and open until {@link #retain} or
 * {@link #close}. At most one of these per start of a node: the ids of its calls are unique for one.
 */
public final class GrpcLinks implements NodeLinks, AutoCloseable {
    private final Supplier<Peer> self;
    private final LinkSettings settings;
    private final Metrics metrics;
    private final PeerWatch watch;
    private final LinkChannels channels;
    private final SharedByteBudget inFlight = SharedByteBudget.halfEach(LinkSettings.IN_FLIGHT_OF_ALL);
    private final AtomicLong ids = new AtomicLong();
    private final Map<Peer, OpenLink> links = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record OpenLink(OutboundLink link, LinkReconnector reconnector, Thread thread) {}

    /**
     * Links of a node.
     *
     * @param self  this node, once it has joined its cluster; asked for each stream
     * @param watch notified of peers that are gone, perhaps more than once, on a virtual thread that may block
     */
    public GrpcLinks(Supplier<Peer> self, LinkSettings settings, Metrics metrics, PeerWatch watch) {
        this.self = self;
        this.settings = settings;
        this.metrics = metrics;
        this.watch = watch;
        this.channels = new LinkChannels(settings);
    }

    @Override
    public Reply call(Peer peer, NodeCall.Builder call) throws InterruptedException {
        if (closed) {
            return new Reply.NotAsked("links closed");
        }
        OutboundLink link = open(peer);
        return closed
                ? new Reply.NotAsked("links closed")
                : link.call(call.setId(ids.incrementAndGet()).build());
    }

    /** Opens the link to {@code peer} ahead of the first call, which then need not wait for it. */
    public void connect(Peer peer) {
        if (!closed) {
            open(peer);
        }
    }

    private OutboundLink open(Peer peer) {
        OpenLink known = links.get(peer);
        OpenLink opened = known != null ? known : links.computeIfAbsent(peer, this::start);
        if (closed) {
            retain(Set.of());
        }
        return opened.link();
    }

    /** Whether this very start of a node answers at its endpoint, now; waits three heartbeats at most. */
    public boolean answers(Peer peer) throws InterruptedException {
        LinkStream stream = new LinkStream(channels.to(peer.endpoint()), new NoCalls());
        try {
            stream.open(new Peer(self.get().node(), 0, self.get().endpoint()), 0, settings.token());
            Optional<Peer> answering = stream.awaitHello(settings.silence().toNanos());
            return answering.isPresent()
                    && answering.get().epoch() == peer.epoch()
                    && answering.get().node().equals(peer.node());
        } finally {
            stream.end(Status.CANCELLED);
            stream.close();
        }
    }

    /** Closes the links to peers that are not among {@code members}. */
    public void retain(Collection<Peer> members) {
        Set<Peer> wanted = Set.copyOf(members);
        links.forEach((peer, link) -> {
            if (!wanted.contains(peer) && links.remove(peer, link)) {
                link.reconnector().stop(link.thread());
                if (links.keySet().stream().noneMatch(other -> other.node().equals(peer.node()))) {
                    metrics.end(Metric.GRPC_CIRCUIT_OPEN, peer.node());
                }
            }
        });
    }

    /** Closes every link; calls that wait are not answered any more. */
    @Override
    public void close() {
        closed = true;
        Collection<OpenLink> open = Set.copyOf(links.values());
        retain(Set.of());
        try {
            for (OpenLink link : open) {
                link.thread().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.close();
    }

    private OpenLink start(Peer peer) {
        metrics.counter(Metric.GRPC_CIRCUIT_OPEN, peer.node());
        OutboundLink link = new OutboundLink(settings, inFlight, peer.node(), () -> circuitOpened(peer));
        LinkReconnector reconnector = new LinkReconnector(peer, link, channels, settings, self, watch);
        return new OpenLink(link, reconnector, CriticalThreads.start("link-reconnector-" + peer.node(), reconnector));
    }

    /** Looked up each time, which is seldom: the series may have ended with an earlier start of that node. */
    private void circuitOpened(Peer peer) {
        metrics.counter(Metric.GRPC_CIRCUIT_OPEN, peer.node()).increment();
    }

    /** Listens to a stream that carries no calls. */
    private static final class NoCalls implements LinkStream.Events {
        @Override
        public void answered(NodeAnswer answer) {}

        @Override
        public void writable() {}
    }
}
