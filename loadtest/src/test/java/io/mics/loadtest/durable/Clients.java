package io.mics.loadtest.durable;

import io.mics.loadtest.durable.check.RunHistory;
import io.mics.loadtest.history.Cast.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;

/**
 * All devices of a run, on virtual threads. First they send; then they only stay, until what they sent is answered and
 * they have everything; then they leave.
 */
final class Clients {
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(20);

    /**
     * What each device does.
     *
     * @param seed       decides targets, pauses and absences
     * @param perSecond  messages each device sends per second
     * @param window     messages each device may have unacknowledged
     * @param groupShare how many of a hundred messages go to a group
     * @param awayShare  how many of a hundred users have devices that leave now and then
     */
    record Load(long seed, double perSecond, int window, int groupShare, int awayShare) {
        static Load of(long seed, double perSecond) {
            return new Load(seed, perSecond, 8, 10, 15);
        }

        long pauseNanos() {
            return (long) (1e9 / perSecond);
        }
    }

    private final RunHistory history;
    private final Load load;
    private final List<Integer> ports;
    private final List<ClientDevice> devices = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger online = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder deliveries = new LongAdder();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private volatile boolean sending = true;
    private volatile boolean over;
    private final AtomicInteger listings = new AtomicInteger();

    /** None is connected; {@code ports} say where each node is reached. */
    Clients(RunHistory history, Load load, List<Integer> ports) {
        this.history = history;
        this.load = load;
        this.ports = List.copyOf(ports);
    }

    /** Connects the devices one after the other, so that nodes that just started are not asked for all at once. */
    void start() throws InterruptedException {
        for (Device device : history.cast().devices()) {
            Thread.sleep(BETWEEN_STARTS);
            ClientDevice client = new ClientDevice(this, device);
            devices.add(client);
            threads.add(Thread.ofVirtual().name("device-" + device.number()).start(client));
        }
    }

    RunHistory history() {
        return history;
    }

    Load load() {
        return load;
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

    /** How often everybody was asked to list conversations again. */
    int listings() {
        return listings.get();
    }

    /** Whether a device now and then leaves for a while. */
    boolean leaves(Device device) {
        return Math.floorMod(device.user() * 37, 100) < load.awayShare();
    }

    void online(int change) {
        online.addAndGet(change);
    }

    void counted() {
        sent.increment();
    }

    /** A message has its last answer; perhaps that it is sent. */
    void answered(boolean isSent) {
        answered.increment();
        if (isSent) {
            acknowledged.increment();
        }
    }

    void delivered() {
        deliveries.increment();
    }

    /** Something was refused, and is tried again. */
    void refused(String reason) {
        refusals.computeIfAbsent(reason, r -> new LongAdder()).increment();
    }

    /** How often each reason of a refusal came. */
    Map<String, Long> refusals() {
        Map<String, Long> counts = new ConcurrentSkipListMap<>();
        refusals.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** Messages that were acknowledged as sent so far. */
    long acknowledged() {
        return acknowledged.sum();
    }

    /** Messages so far, resends not counted. */
    long sent() {
        return sent.sum();
    }

    /**
     * Sends nothing new; waits until all is answered, and everybody is online and has listed and fetched all.
     *
     * @param stored whether so many messages are stored
     */
    boolean settle(Duration patience, LongPredicate stored) throws InterruptedException {
        sending = false;
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end && !(isOnline() && answered.sum() == sent.sum())) {
            Thread.sleep(50);
        }
        while (System.nanoTime() < end && !stored.test(acknowledged.sum())) {
            Thread.sleep(200);
        }
        // what was stored last may be on its way
        Thread.sleep(2_500);
        listings.incrementAndGet();
        while (System.nanoTime() < end && !isComplete()) {
            Thread.sleep(50);
        }
        return isComplete();
    }

    private boolean isOnline() {
        return online.get() == history.cast().devices().size();
    }

    private boolean isComplete() {
        return isOnline()
                && answered.sum() == sent.sum()
                && devices.stream().allMatch(device -> device.hasEverything(listings.get()));
    }

    /** Everybody says good-bye; returns when all are gone. */
    void leave() throws InterruptedException {
        sending = false;
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public String toString() {
        return String.format(
                "%,d sent, %,d answered, %,d delivered, %d of %d devices online",
                sent.sum(),
                answered.sum(),
                deliveries.sum(),
                online.get(),
                history.cast().devices().size());
    }
}
