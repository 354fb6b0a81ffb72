package io.mics.routing.link;

import io.mics.concurrent.PendingWrites;
import io.mics.proto.node.v1.NodeAnswer;
import io.mics.proto.node.v1.NodeCall;

/** Answers what other nodes ask. Implemented above the links. */
public interface PeerRequests {
    /** Whether {@link #answer} may block; if so it gets a virtual thread of its own, otherwise in order. */
    boolean blocks(NodeCall call);

    /**
     * Answers a call of {@code caller}; the id of the answer is set by the link.
     *
     * @param writes connections given something to write; the link starts them once all calls at hand are handled
     */
    NodeAnswer.Builder answer(Peer caller, NodeCall call, PendingWrites writes) throws InterruptedException;
}
