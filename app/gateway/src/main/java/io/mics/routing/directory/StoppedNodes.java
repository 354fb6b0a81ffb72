package io.mics.routing.directory;

import io.mics.proto.node.v1.SentMessage;
import io.mics.routing.link.Peer;
import java.util.List;

/** What nodes that have stopped handed to others before they left. */
public interface StoppedNodes {
    /**
     * What is known of one device.
     *
     * @param sent     what it sent lately, oldest first for each node that knows of it; a message may be there twice
     * @param complete whether that is all of it; false when that start of the node was killed, or could not hand
     *                 everything over
     */
    record HandedOver(List<SentMessage> sent, boolean complete) {}

    /** What a device sent lately from this start of a node, which does not answer; blocks for some calls to others. */
    HandedOver sentFrom(Peer stopped, DeviceKey device) throws InterruptedException;
}
