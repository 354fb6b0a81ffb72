package io.mics.routing.link;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.Metrics;
import io.mics.proto.node.v1.Done;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.OfferBacklog;
import io.mics.routing.link.NodeLinks.PeerWatch;
import io.mics.routing.link.NodeLinks.Reply;
import io.mics.testing.Await;
import io.mics.testing.gateway.TestPorts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Both ends of a link in one process, over real sockets. */
final class TestPeers {
    static final LinkSettings SETTINGS = new LinkSettings(
            "cluster-token",
            Duration.ofMillis(250),
            4_096,
            16 << 20,
            5,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            4 << 20,
            Optional.empty());

    static final LinkSettings PATIENT = deadline(Duration.ofSeconds(10));

    /** Heartbeats ten times as fast as usual. */
    static final LinkSettings WATCHFUL = with(SETTINGS, Duration.ofMillis(250), 4_096, 0, Duration.ofMillis(100));

    static final Peer ASKING = new Peer("node-a", 7, "127.0.0.1:1");

    private TestPeers() {}

    /** Settings that differ in how long an attempt waits. */
    static LinkSettings deadline(Duration deadline) {
        return with(SETTINGS, deadline, SETTINGS.inFlight(), SETTINGS.breakerFailures(), SETTINGS.heartbeat());
    }

    static LinkSettings with(
            LinkSettings from, Duration deadline, int inFlight, int breakerFailures, Duration heartbeat) {
        return new LinkSettings(
                from.token(),
                deadline,
                inFlight,
                from.inFlightBytes(),
                breakerFailures,
                from.breakerOpen(),
                heartbeat,
                from.largestCall(),
                from.tls());
    }

    static GrpcLinks links(LinkSettings settings) {
        return new GrpcLinks(() -> ASKING, settings, new Metrics(), peer -> {});
    }

    static GrpcLinks links(LinkSettings settings, PeerWatch watch) {
        return new GrpcLinks(() -> ASKING, settings, new Metrics(), watch);
    }

    /** A node that answers. */
    static GrpcLinkServer server(int port, long epoch, LinkSettings settings, PeerRequests requests) {
        return server(port, epoch, settings, (peer, within) -> true, requests);
    }

    /** A node that answers those who are members. */
    static GrpcLinkServer server(
            int port, long epoch, LinkSettings settings, MemberCheck members, PeerRequests requests) {
        return GrpcLinkServer.start(
                "127.0.0.1",
                port,
                () -> new Peer("node-b", epoch, "127.0.0.1:" + port),
                settings,
                members,
                requests,
                List.of(),
                TestPorts.ports());
    }

    static Peer peer(int port, long epoch) {
        return new Peer("node-b", epoch, "127.0.0.1:" + port);
    }

    /** A call that its user identifies. */
    static NodeCall.Builder offer(String user) {
        return NodeCall.newBuilder()
                .setOfferBacklog(OfferBacklog.newBuilder().setTenantId("t1").setUserId(user));
    }

    static NodeAnswer.Builder done() {
        return NodeAnswer.newBuilder().setDone(Done.getDefaultInstance());
    }

    static boolean answered(Reply reply) {
        return reply instanceof Reply.Answered;
    }

    /** Opens the link: the first one also loads classes, for which no deadline is made. */
    static void open(GrpcLinks links, Peer peer) throws InterruptedException {
        until(() -> answered(ask(links, peer, "open")));
    }

    /** Asks without having to declare an interrupt. */
    static Reply ask(GrpcLinks links, Peer peer, String user) {
        try {
            return links.call(peer, offer(user));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until {@code reached}. */
    static void until(BooleanSupplier reached) {
        Await.until("reached", reached);
    }

    /** Answers on the stream's thread. */
    static PeerRequests inline(Consumer<NodeCall> seen) {
        return new PeerRequests() {
            @Override
            public boolean blocks(NodeCall call) {
                return false;
            }

            @Override
            public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes) {
                seen.accept(call);
                return done();
            }
        };
    }

    /** What a call that may block does. */
    interface Blocking {
        NodeAnswer.Builder answer(Peer caller, NodeCall call) throws InterruptedException;
    }

    /** Answers on threads of its own. */
    static PeerRequests blocking(Blocking answer) {
        return new PeerRequests() {
            @Override
            public boolean blocks(NodeCall call) {
                return true;
            }

            @Override
            public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes)
                    throws InterruptedException {
                return answer.answer(caller, call);
            }
        };
    }
}
