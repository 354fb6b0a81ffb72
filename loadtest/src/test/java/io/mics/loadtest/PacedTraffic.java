package io.mics.loadtest;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Senders with at most one message in flight each: as fast as they go, or all together at a rate. A message is in
 * flight until it is acknowledged and everybody has it, once and in order; else it ends in an exception.
 */
final class PacedTraffic implements AutoCloseable {
    private static final int BODY_BYTES = 128;
    private static final int OPENED_AT_ONCE = 16;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final IntFunction<URI> nodes;
    private final String tenant;
    private final ServerFrames frames = new ServerFrames();
    private final List<ClosedLoop> senders = new ArrayList<>();
    private final Collection<Timings> timings;

    /** Somebody who is to connect, and to which node. */
    record Place(String user, int node) {}

    PacedTraffic(Gateways gateways, Collection<Timings> timings) throws IOException {
        this(gateways::url, Gateways.TENANT, timings);
    }

    /** Traffic of a tenant on nodes found by their number. */
    PacedTraffic(IntFunction<URI> nodes, String tenant, Collection<Timings> timings) throws IOException {
        this.nodes = nodes;
        this.tenant = tenant;
        this.timings = timings;
    }

    /** Connects everybody, in this order. */
    List<LoadConnection> open(List<Place> places) throws IOException, InterruptedException {
        List<LoadConnection> connections = new ArrayList<>(places.size());
        try (ExecutorService pool = Executors.newFixedThreadPool(OPENED_AT_ONCE)) {
            List<Future<LoadConnection>> opening = new ArrayList<>(places.size());
            for (Place place : places) {
                opening.add(pool.submit(() -> LoadConnection.open(
                        nodes.apply(place.node()), tenant, place.user(), OPENED.getAndIncrement())));
            }
            for (Future<LoadConnection> one : opening) {
                LoadConnection connection = one.get();
                connection.register(frames.selector);
                connections.add(connection);
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot connect: " + e.getCause(), e);
        }
        return connections;
    }

    /** One who sends to a user, who has one connection. */
    void toUser(LoadConnection from, LoadConnection to, String user, Timings into) {
        add(from, List.of(to), MessageFrames.toUser(user, 1, BODY_BYTES), into);
    }

    /** One who sends to a group. */
    void toGroup(LoadConnection from, List<LoadConnection> to, String group, Timings into) {
        add(from, to, MessageFrames.toGroup(group, 1, BODY_BYTES), into);
    }

    private void add(LoadConnection from, List<LoadConnection> to, MessageFrames messages, Timings into) {
        ClosedLoop sender = new ClosedLoop(from, messages, 1, to.size(), into);
        to.forEach(receiver -> receiver.source = sender);
        senders.add(sender);
    }

    /** Sends as fast as it goes; returns the messages per second of the second half. */
    double fast(int seconds) throws IOException {
        for (ClosedLoop sender : senders) {
            sender.fill();
        }
        keepFilling(seconds / 2.0);
        long before = acked();
        long start = System.nanoTime();
        keepFilling(seconds / 2.0);
        double rate = (acked() - before) * 1e9 / (System.nanoTime() - start);
        settle();
        return rate;
    }

    private void keepFilling(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            frames.poll(100);
            for (Timings each : timings) {
                for (ClosedLoop sender : each.changed()) {
                    sender.fill();
                }
                each.clearChanged();
            }
        }
    }

    /**
     * Sends at a rate, a sender after the other, and forgets first what was recorded before. Returns the share of
     * messages that did not go out because the one before was still in flight.
     */
    double steady(double perSecond, int seconds) throws IOException {
        timings.forEach(Timings::reset);
        long interval = (long) (1e9 / perSecond);
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long due = start;
        int turns = 0;
        int held = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            for (; due <= now; due += interval) {
                held += senders.get(turns++ % senders.size()).sendOne() ? 0 : 1;
            }
            frames.poll(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due - now)));
            timings.forEach(Timings::clearChanged);
        }
        settle();
        return (double) held / turns;
    }

    /** Messages acknowledged so far, of all senders. */
    long acknowledged() {
        return acked();
    }

    private long acked() {
        return senders.stream().mapToLong(ClosedLoop::acked).sum();
    }

    /** Waits for what is in flight, then a moment longer for what should not come. */
    private void settle() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end && !senders.stream().allMatch(ClosedLoop::idle)) {
            frames.poll(100);
        }
        frames.poll(200);
        timings.forEach(Timings::clearChanged);
        long owed = senders.stream().mapToLong(ClosedLoop::owed).sum();
        if (!senders.stream().allMatch(ClosedLoop::idle)) {
            throw new IOException("not everything arrived: " + owed + " deliveries owed");
        }
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
