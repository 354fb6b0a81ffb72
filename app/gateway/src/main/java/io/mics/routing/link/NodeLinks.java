package io.mics.routing.link;

import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;

/** Asks other nodes. Calls block for a bounded time: the link's deadline, two attempts at most. */
public interface NodeLinks {
    /** What came of a call. */
    sealed interface Reply {
        /** The other node answered. */
        record Answered(NodeAnswer answer) implements Reply {}

        /** It was not asked: too much in flight, breaker open, no link. */
        record NotAsked(String cause) implements Reply {}

        /** It was asked, and whether it did anything is unknown. */
        record Unknown(String cause) implements Reply {}

        /** It was asked and could not do it, by a defect of its own; what part of it was done is unknown. */
        record Failed(String cause) implements Reply {}
    }

    /** Asks {@code peer}; the call's id is set here. Calls to one peer from one thread are handled in their order. */
    Reply call(Peer peer, NodeCall.Builder call) throws InterruptedException;

    /** Notified of peers. */
    interface PeerWatch {
        /** Connections to this start of a node are refused, or another start of it answered. */
        void gone(Peer peer);
    }
}
