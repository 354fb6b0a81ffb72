package io.mics.store;

import io.mics.conversation.NewMessage;
import io.mics.protocol.StoredMessage;

/** Gets what was stored, in the order of sequence numbers for one conversation, after its sender's outcome. */
@FunctionalInterface
public interface StoredMessages {
    /**
     * A message was stored. May block briefly, which keeps further messages from being stored; must not throw.
     *
     * @param duplicate whether it was stored before, and may have been handed over before
     * @param batch     messages in its transaction
     */
    void stored(NewMessage message, StoredMessage stored, boolean duplicate, int batch) throws InterruptedException;
}
