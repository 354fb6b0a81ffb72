package io.mics.conversation.distribution;

import io.mics.conversation.Distributed;
import io.mics.conversation.NewMessage;
import io.mics.protocol.StoredMessage;

/**
 * Brings what was stored to devices. Called in the order of sequence numbers for one conversation; a message that could
 * not be brought is found by its sequence number. Blocks for other nodes, a bounded time.
 */
public interface Distribution {
    /**
     * A stored message for everybody in its conversation who is online.
     *
     * @param acknowledge whether the device that sent it gets the acknowledgement that it is stored
     * @param repeated    whether it may have been distributed before: devices that got it do not get it again
     * @return {@link Distributed.Later} where another attempt is worth it
     */
    Distributed distribute(NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated)
            throws InterruptedException;
}
