package io.mics.sdk.event;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;

/** Gives each record to whom it belongs: the handler, the rejected-callback, or nobody for a duplicate. */
final class EventDispatch {
    private static final Logger LOG = System.getLogger(EventDispatch.class.getName());

    private final EventDecoder decoder;
    private final EventHandler handler;
    private final RejectedHandler onRejected;
    private final SeenIdentities seen;
    private final LongAdder handled = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder failures = new LongAdder();

    EventDispatch(EventDecoder decoder, EventHandler handler, RejectedHandler onRejected, SeenIdentities seen) {
        this.decoder = decoder;
        this.handler = handler;
        this.onRejected = onRejected;
        this.seen = seen;
    }

    /** Whether the record is done with; false when it must be offered again. Throws nothing. */
    @SuppressWarnings("CatchingUnchecked") // whatever user code throws, an Error too, the event is not lost
    boolean offer(RawEvent raw) {
        try {
            Decoded decoded = decoder.decode(raw);
            if (decoded instanceof Decoded.Genuine genuine) {
                handle(genuine.event());
            } else if (decoded instanceof Decoded.Unusable unusable) {
                onRejected.rejected(unusable.rejected());
                rejected.increment();
            }
            return true;
        } catch (Throwable e) {
            failures.increment();
            LOG.log(Level.WARNING, "event " + raw.identity() + " at " + raw.position() + " is kept for another try", e);
            return false;
        }
    }

    private void handle(Event event) throws Exception {
        if (seen.contains(event.envelope())) {
            duplicates.increment();
            return;
        }
        handler.handle(event);
        seen.add(event.envelope());
        handled.increment();
    }

    EventCounts counts() {
        return new EventCounts(handled.sum(), duplicates.sum(), rejected.sum(), failures.sum());
    }
}
