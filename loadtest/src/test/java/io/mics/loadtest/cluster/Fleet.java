package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * All the clients of a run, on virtual threads. First they send; then they only stay, until what they sent is answered
 * and nothing more arrives; then they leave.
 */
final class Fleet {
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(30);

    private static final long QUIET_MILLIS = 3_000;

    private final History history;
    private final Workload workload;
    private final List<Integer> ports;
    private final Inbox inbox;
    private final List<Thread> lives = new ArrayList<>();
    private final AtomicInteger online = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private volatile boolean sending = true;
    private volatile boolean over;

    /**
     * A fleet ashore.
     *
     * @param ports where each node is reached
     */
    Fleet(History history, Workload workload, List<Integer> ports) {
        this.history = history;
        this.workload = workload;
        this.ports = List.copyOf(ports);
        this.inbox = new Inbox(history);
    }

    /** Connects the devices one after the other, so that gateways that just started are not asked for all at once. */
    void start() throws InterruptedException {
        for (Device device : history.cast().devices()) {
            Thread.sleep(BETWEEN_STARTS);
            lives.add(Thread.ofVirtual().name("device-" + device.number()).start(new DeviceLife(this, device)));
        }
    }

    History history() {
        return history;
    }

    Workload workload() {
        return workload;
    }

    Inbox inbox() {
        return inbox;
    }

    int nodes() {
        return ports.size();
    }

    int port(int node) {
        return ports.get(node);
    }

    /** Whether new messages are still to be sent. */
    boolean sending() {
        return sending;
    }

    /** Whether everybody is to leave. */
    boolean over() {
        return over;
    }

    /** Whether a device now and then leaves for a while. */
    boolean leaves(Device device) {
        return Math.floorMod(device.user() * 37, 100) < workload.awayShare();
    }

    void online(int change) {
        online.addAndGet(change);
    }

    void counted() {
        sent.increment();
    }

    void answered() {
        answered.increment();
    }

    /** Messages sent so far, resends not counted. */
    long sent() {
        return sent.sum();
    }

    /** Devices with a connection. */
    int online() {
        return online.get();
    }

    /** Waits until every device is online. */
    boolean awaitOnline(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        int all = history.cast().devices().size();
        while (online.get() < all && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        return online.get() == all;
    }

    /** Sends nothing new; waits until all is answered, everybody is online and nothing has arrived for some seconds. */
    boolean settle(Duration patience) throws InterruptedException {
        sending = false;
        long end = System.nanoTime() + patience.toNanos();
        long deliveries = -1;
        while (System.nanoTime() < end) {
            boolean quiet = awaitOnline(Duration.ofSeconds(10))
                    && answered.sum() == sent.sum()
                    && deliveries == inbox.deliveries();
            if (quiet) {
                return true;
            }
            deliveries = inbox.deliveries();
            Thread.sleep(QUIET_MILLIS);
        }
        return false;
    }

    /** Everybody says good-bye; returns when all are gone. */
    void leave() throws InterruptedException {
        sending = false;
        over = true;
        for (Thread life : lives) {
            life.join();
        }
    }

    @Override
    public String toString() {
        return String.format(
                "%,d sent, %,d answered, %,d delivered, %d of %d devices online",
                sent.sum(),
                answered.sum(),
                inbox.deliveries(),
                online.get(),
                history.cast().devices().size());
    }
}
