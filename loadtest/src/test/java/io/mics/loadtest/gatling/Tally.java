package io.mics.loadtest.gatling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of a run have counted together, and whether the counts agree. */
final class Tally {
    final AtomicLong receiving = new AtomicLong();
    final AtomicLong connected = new AtomicLong();
    final AtomicLong stopped = new AtomicLong();
    final AtomicLong finished = new AtomicLong();
    final AtomicLong pings = new AtomicLong();
    final AtomicLong pongs = new AtomicLong();
    final AtomicLong sent = new AtomicLong();
    final AtomicLong acked = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong delivered = new AtomicLong();
    /** Messages that those who return are told to have missed. */
    final AtomicLong unread = new AtomicLong();

    final AtomicLong misplaced = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    private final Settings settings;

    Tally(Settings settings) {
        this.settings = settings;
    }

    boolean everyoneIsConnected() {
        return connected.get() >= settings.connections();
    }

    /** Whether nobody sends any more, and every message is answered. */
    boolean isAllSent() {
        return stopped.get() >= settings.connections() && acked.get() + refused.get() >= sent.get();
    }

    /** Whether nobody sends any more and nothing is still expected. */
    boolean isSettled() {
        return isAllSent() && delivered.get() >= sent.get() * settings.recipients();
    }

    String summary() {
        return settings.scene().label() + ": connections=" + settings.connections() + " connected=" + connected
                + " finished=" + finished + " pings=" + pings + " pongs=" + pongs + " sent=" + sent + " acked=" + acked
                + " delivered=" + delivered + (settings.scene() == Scene.OFFLINE_RETURN ? " unread=" + unread : "")
                + " refused=" + refused + " misplaced=" + misplaced + " errors=" + errors;
    }

    /** Every disagreement, as a sentence; none when the run has succeeded. */
    List<String> disagreements() {
        List<String> found = new ArrayList<>();
        expect(found, "connect_ack frames", connected.get(), settings.connections());
        expect(found, "connections that were open and without failure to the end", finished.get(), connected.get());
        expect(found, "pongs", pongs.get(), pings.get());
        expect(found, "SENT acks", acked.get(), sent.get());
        expect(found, "deliveries", delivered.get(), sent.get() * settings.recipients());
        if (settings.scene() == Scene.OFFLINE_RETURN) {
            expect(found, "messages that those who returned were told to have missed", unread.get(), sent.get());
        }
        expect(found, "FAILED or unknown acks", refused.get(), 0);
        expect(found, "deliveries missing before, repeated, out of order or to the wrong user", misplaced.get(), 0);
        expect(found, "error frames and frames that are none of ours", errors.get(), 0);
        if (sent.get() == 0 && settings.scene().chats) {
            found.add("nothing was sent");
        }
        return found;
    }

    private static void expect(List<String> found, String what, long got, long expected) {
        if (got != expected) {
            found.add(what + ": " + got + ", expected " + expected);
        }
    }
}
