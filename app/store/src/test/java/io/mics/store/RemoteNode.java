package io.mics.store;

import io.mics.concurrent.PendingWrites;
import io.mics.conversation.Conversations;
import io.mics.conversation.remote.GrpcConversationsService;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;
import io.mics.routing.link.GrpcLinkServer;
import io.mics.routing.link.LinkSettings;
import io.mics.routing.link.Peer;
import io.mics.routing.link.PeerRequests;
import io.mics.testing.gateway.TestPorts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Another node's port, over real sockets, with a store or without. */
final class RemoteNode implements AutoCloseable {
    static final LinkSettings SETTINGS = settings("cluster-token");

    private static final AtomicLong EPOCHS = new AtomicLong();

    private final GrpcLinkServer server;
    private final Peer peer;

    private RemoteNode(Optional<Conversations> store) {
        server = GrpcLinkServer.start(
                "127.0.0.1",
                0,
                () -> new Peer("node-b", 1, "127.0.0.1:1"),
                SETTINGS,
                (peer, within) -> true,
                new NoRequests(),
                store.map(it -> new GrpcConversationsService(it, SETTINGS).definition()).stream()
                        .toList(),
                TestPorts.ports());
        peer = new Peer("node-b", EPOCHS.incrementAndGet(), "127.0.0.1:" + server.port());
    }

    static RemoteNode with(Conversations store) {
        return new RemoteNode(Optional.of(store));
    }

    static RemoteNode withoutStore() {
        return new RemoteNode(Optional.empty());
    }

    static LinkSettings settings(String token) {
        return new LinkSettings(
                token,
                Duration.ofSeconds(10),
                4_096,
                16 << 20,
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                4 << 20,
                Optional.empty());
    }

    List<Peer> peers() {
        return List.of(peer);
    }

    Peer peer() {
        return peer;
    }

    @Override
    public void close() {
        server.close();
    }

    private static final class NoRequests implements PeerRequests {
        @Override
        public boolean blocks(NodeCall call) {
            return false;
        }

        @Override
        public NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes) {
            return NodeAnswer.newBuilder();
        }
    }
}
