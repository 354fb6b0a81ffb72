package io.mics.session;

import io.mics.protocol.ConversationFrame;
import io.mics.protocol.Delivery;
import io.mics.protocol.Payload;
import io.mics.session.stored.StoredProgress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session of a durable tenant has beside: who is notified when a message of its device was stored, and, where
 * its device does not ask for it, what it is given of what it missed. Safe on any thread.
 */
public final class DurableState {
    private final OutboundQueue queue;
    private final Object queueing;
    private volatile Consumer<ConversationFrame.Ack> listener = ack -> {};
    private volatile @Nullable StoredProgress progress;

    /**
     * Of a session whose deliveries get into {@code queue}.
     *
     * @param queueing the monitor under which they do
     */
    DurableState(OutboundQueue queue, Object queueing) {
        this.queue = queue;
        this.queueing = queueing;
    }

    /** From now on {@code other} is notified of what was stored, which must not block. */
    public void listen(Consumer<ConversationFrame.Ack> other) {
        listener = other;
    }

    void stored(ConversationFrame.Ack ack) {
        listener.accept(ack);
    }

    /** Its live messages wait for what it missed, until {@link #endMissed}. Before anybody else sees the session. */
    void awaitMissed() {
        progress = new StoredProgress();
        queue.awaitMissed();
    }

    /** Nothing that it missed follows any more; whether its writer must be started for live messages. */
    boolean endMissed() {
        StoredProgress given = progress;
        synchronized (queueing) {
            if (given != null) {
                given.endPushing();
            }
        }
        return queue.releaseMissed() == OutboundQueue.EnqueueResult.START_WRITER;
    }

    /** What its device is given; null where that asks what it missed, or there is no durable conversation. */
    public @Nullable StoredProgress progress() {
        return progress;
    }

    /** Whether a delivery is to be queued as it comes. */
    boolean admitsLive(Delivery delivery) {
        StoredProgress given = progress;
        Delivery.Stored place = delivery.stored();
        return given == null || place == null || given.admitsLive(place);
    }

    /** Whether a delivery of a backlog may be queued. */
    boolean admitsBacklog(Delivery delivery) {
        StoredProgress given = progress;
        Delivery.Stored place = delivery.stored();
        return given == null || place == null || given.admitsMissed(place);
    }

    /** A delivery of a backlog is queued. */
    void pushed(Delivery delivery) {
        StoredProgress given = progress;
        Delivery.Stored place = delivery.stored();
        if (given != null && place != null) {
            given.pushed(place);
        }
    }

    /** The socket took these. */
    void written(List<Payload> frames) {
        StoredProgress given = progress;
        if (given != null) {
            for (Payload frame : frames) {
                Delivery delivery = frame.delivery();
                if (delivery != null && delivery.stored() != null && !delivery.isRecall()) {
                    given.written(delivery.stored());
                }
            }
        }
    }

    /** The device sent this message, and gets none of it. */
    void withheld(Delivery.Stored place) {
        StoredProgress given = progress;
        if (given != null) {
            given.written(place);
        }
    }
}
