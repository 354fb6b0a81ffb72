package io.mics.loadtest;

import java.util.ArrayList;
import java.util.List;

/** What the senders of one run record together, and which of them may send again. */
final class Timings {
    /** From send to ack. */
    final Latency ack = new Latency();
    /** From send to each delivery. */
    final Latency delivery = new Latency();
    /** From send to the delivery on the last receiver. */
    final Latency last = new Latency();

    private final List<ClosedLoop> changed = new ArrayList<>();

    void changed(ClosedLoop sender) {
        changed.add(sender);
    }

    /** Senders something has happened to since {@link #clearChanged}; one may stand here twice. */
    List<ClosedLoop> changed() {
        return changed;
    }

    void clearChanged() {
        changed.clear();
    }

    /** Forgets what the warm-up recorded. */
    void reset() {
        ack.reset();
        delivery.reset();
        last.reset();
    }
}
