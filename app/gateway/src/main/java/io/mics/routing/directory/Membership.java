package io.mics.routing.directory;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.routing.link.MemberCheck;
import io.mics.routing.link.NodeLinks;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is in the cluster, as this node last learned: renews its own lease, learns who else is there, and sweeps what the
 * dead left behind. While the directory is unavailable the last known members stay; afterwards nobody is declared dead
 * for one lease.
 */
public final class Membership implements NodeLinks.PeerWatch, MemberCheck, AutoCloseable {
    private static final Log LOG = Log.of(Membership.class);

    /** From the directory's return until every node has registered its devices again. */
    public static final Duration SETTLING = Duration.ofSeconds(2);

    private final NodeRegistry registry;
    private final Routes routes;
    private final Peer self;
    private final Timing timing;
    private final Metrics metrics;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private final ReentrantLock renewals = new ReentrantLock();
    private final Condition renewed = renewals.newCondition();
    private long renewalsBegun;
    private long renewalsEnded;
    private volatile Nodes nodes;
    private volatile long newestEpoch;
    private volatile boolean directoryDown;
    private volatile long backNanos = System.nanoTime() - SETTLING.toNanos();
    private volatile boolean superseded;
    private volatile boolean closed;
    private long graceUntilNanos;

    /**
     * How often and how long; tests run these at a tenth.
     *
     * @param lease   how long a node counts as live after its last renewal
     * @param renewal between renewals
     */
    public record Timing(Duration lease, Duration renewal) {}

    /**
     * The members at one time, and those before the last change.
     *
     * @param live         this node included
     * @param before       who was live before the last change
     * @param changedNanos when that was
     */
    public record Nodes(List<Peer> live, List<Peer> before, long changedNanos) {}

    public Membership(NodeRegistry registry, Routes routes, Peer self, Timing timing, Metrics metrics) {
        this.registry = registry;
        this.routes = routes;
        this.self = self;
        this.timing = timing;
        this.metrics = metrics;
        this.nodes = new Nodes(List.of(self), List.of(self), System.nanoTime());
    }

    /** Learns who is there, then keeps doing so until closed. */
    public Membership start() {
        renew();
        CriticalThreads.start("membership", this::run);
        return this;
    }

    public Peer self() {
        return self;
    }

    /** The nodes last known to be live, this one included. */
    public List<Peer> live() {
        return nodes.live();
    }

    /** The members, and those before the last change. */
    public Nodes nodes() {
        return nodes;
    }

    /** How long a node counts as live after its last renewal. */
    public Duration lease() {
        return timing.lease();
    }

    /** Whether that start of a node is a member, as far as is known. */
    public boolean isLive(Peer peer) {
        return nodes.live().stream().anyMatch(live -> live.epoch() == peer.epoch());
    }

    /** Whether that very start of a node is a member; one that is not known is looked up in the directory. */
    @Override
    public boolean isMember(Peer peer, Duration within) throws InterruptedException {
        if (isKnown(peer)) {
            return true;
        }
        awaitRenewal(within.toNanos());
        return isKnown(peer);
    }

    private boolean isKnown(Peer peer) {
        return nodes.live().stream()
                .anyMatch(live -> live.epoch() == peer.epoch() && live.node().equals(peer.node()));
    }

    /** Waits for a renewal that begins after this call: it sees who joined before. */
    private void awaitRenewal(long nanos) throws InterruptedException {
        renewals.lockInterruptibly();
        try {
            long wanted = renewalsBegun + 1;
            recheck();
            long left = nanos;
            while (renewalsEnded < wanted && left > 0 && !closed) {
                left = renewed.awaitNanos(left);
            }
        } finally {
            renewals.unlock();
        }
    }

    /** Whether that start of a node was a member and is none any more; one that joined lately is not known yet. */
    public boolean isGone(Peer peer) {
        return peer.epoch() <= newestEpoch && !isLive(peer);
    }

    /** Whether the directory did not answer last time. */
    public boolean directoryUnavailable() {
        return directoryDown;
    }

    /** Whether it is unavailable, or came back so lately that not every node may have registered its devices. */
    public boolean isSettling() {
        return directoryDown || System.nanoTime() - backNanos < SETTLING.toNanos();
    }

    /** Whether another node has taken this one's name: this one has to end. */
    public boolean superseded() {
        return superseded;
    }

    /** Runs {@code watcher} after every change of the members, and after the directory came back. */
    public void onChange(Runnable watcher) {
        watchers.add(watcher);
    }

    @Override
    public void gone(Peer peer) {
        if (isLive(peer)) {
            recheck();
        }
    }

    /** Asks the directory soon instead of at the next renewal. */
    public void recheck() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    private void run() {
        while (!closed) {
            try {
                long spread =
                        ThreadLocalRandom.current().nextLong(timing.renewal().toNanos() / 10 + 1);
                if (wake.tryAcquire(timing.renewal().toNanos() - spread, TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
                if (!closed) {
                    renew();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("membership_not_renewed", e);
            }
        }
    }

    private void renew() {
        count(true);
        try {
            renewLease();
        } finally {
            count(false);
        }
    }

    private void count(boolean begins) {
        renewals.lock();
        try {
            if (begins) {
                renewalsBegun++;
            } else {
                renewalsEnded = renewalsBegun;
                renewed.signalAll();
            }
        } finally {
            renewals.unlock();
        }
    }

    private void renewLease() {
        switch (registry.renew(self)) {
            case NodeRegistry.Renewal.Renewed renewed -> learned(renewed.members());
            case NodeRegistry.Renewal.Superseded other -> {
                LOG.error("node_name_taken", null, "other", names(List.of(other.by())));
                superseded = true;
                nodes = new Nodes(List.of(self), nodes.live(), System.nanoTime());
            }
            case NodeRegistry.Renewal.Unavailable unavailable -> {
                if (!directoryDown) {
                    directoryDown = true;
                    LOG.warn("directory_lost", "members", names(nodes.live()));
                }
            }
        }
    }

    private void learned(NodeRegistry.Members members) {
        boolean back = directoryDown;
        directoryDown = false;
        if (back) {
            backNanos = System.nanoTime();
            graceUntilNanos = backNanos + timing.lease().toNanos();
            LOG.info("directory_available");
        }
        newestEpoch = Stream.concat(members.live().stream(), members.dead().stream())
                .mapToLong(Peer::epoch)
                .reduce(newestEpoch, Math::max);
        List<Peer> before = nodes.live();
        List<Peer> live = graceful(members, before);
        boolean changed = !Set.copyOf(live).equals(Set.copyOf(before));
        if (changed) {
            nodes = new Nodes(live, before, System.nanoTime());
            LOG.info("cluster_members_changed", "live", names(live), "dead", names(members.dead()));
        }
        List<Peer> dead =
                members.dead().stream().filter(peer -> !live.contains(peer)).toList();
        routes.dead(dead.stream().map(Peer::epoch).collect(Collectors.toSet()));
        if (changed || back) {
            watchers.forEach(Runnable::run);
        }
        dead.forEach(this::sweep);
    }

    /** Within the grace after the directory's return, who was live before still is, unless started again. */
    private List<Peer> graceful(NodeRegistry.Members members, List<Peer> before) {
        if (graceUntilNanos == 0 || System.nanoTime() - graceUntilNanos > 0) {
            return withSelf(members.live());
        }
        Set<String> known = members.live().stream().map(Peer::node).collect(Collectors.toSet());
        return withSelf(Stream.concat(
                        members.live().stream(), before.stream().filter(peer -> !known.contains(peer.node())))
                .toList());
    }

    private List<Peer> withSelf(List<Peer> live) {
        return live.contains(self)
                ? live
                : Stream.concat(live.stream(), Stream.of(self)).toList();
    }

    private void sweep(Peer dead) {
        OptionalInt removed = routes.sweep(dead);
        if (removed.isEmpty()) {
            return; // the next renewal names it again
        }
        registry.swept(dead);
        metrics.counter(Metric.DEAD_NODE_CLEANUPS, self.node()).increment();
        LOG.info("dead_node_cleaned_up", "dead", dead.node(), "epoch", dead.epoch(), "routes", removed.getAsInt());
    }

    private static List<String> names(List<Peer> peers) {
        return peers.stream().map(peer -> peer.node() + "/" + peer.epoch()).toList();
    }

    /** Ends the membership. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        registry.leave(self);
    }
}
