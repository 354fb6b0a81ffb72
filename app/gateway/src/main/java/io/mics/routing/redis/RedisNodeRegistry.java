package io.mics.routing.redis;

import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The nodes of the cluster, in Redis. After Redis was away, nobody is reported dead for one lease because of time that
 * passed meanwhile: everyone needs a moment to say that they are still there.
 *
 * <p>An epoch numbers a start of a node. Where Redis lost the counter, epochs begin at the number of ten minutes since
 * 2026, so that they stay larger than any before and far below 2^23.
 */
public final class RedisNodeRegistry implements NodeRegistry {
    private static final String NODES_TTL = Long.toString(Duration.ofHours(1).toMillis());
    private static final String EPOCH_TTL = Long.toString(Duration.ofDays(90).toMillis());
    private static final int MEMBER = 4;
    private static final int LISTED = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Redis redis;
    private final Duration lease;
    private List<Peer> lastLive = List.of();
    private long returns;
    private long sparedUntil;
    private boolean sparing;

    /** Nodes in {@code redis} that are dead {@code lease} after their last renewal. */
    public RedisNodeRegistry(Redis redis, Duration lease) {
        this.redis = redis;
        this.lease = lease;
        this.returns = redis.returns();
    }

    @Override
    public Joining join(String node, String endpoint, boolean takeName) {
        Call call = new Call(
                DirectoryScripts.JOIN_NODE,
                List.of(DirectoryKeys.NODES, DirectoryKeys.LAST_EPOCH),
                List.of(node, endpoint, millis(), takeName ? "1" : "0", NODES_TTL, EPOCH_TTL));
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Unavailable<RedisReply> unavailable -> new Joining.Unavailable();
            case RedisOutcome.Value<RedisReply> value -> {
                RedisReply reply = value.value();
                yield reply.text(0).equals("joined")
                        ? new Joining.Joined(new Peer(node, reply.number(1), endpoint))
                        : new Joining.NameTaken(new Peer(node, reply.number(1), reply.text(2)));
            }
        };
    }

    @Override
    public Renewal renew(Peer self) {
        long seen = redis.returns();
        Call call = new Call(
                DirectoryScripts.RENEW_NODE,
                List.of(DirectoryKeys.NODES, DirectoryKeys.LAST_EPOCH),
                List.of(self.node(), self.endpoint(), Long.toString(self.epoch()), millis(), NODES_TTL, EPOCH_TTL));
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Unavailable<RedisReply> unavailable -> new Renewal.Unavailable();
            case RedisOutcome.Value<RedisReply> value -> {
                RedisReply reply = value.value();
                yield reply.text(0).equals("superseded")
                        ? new Renewal.Superseded(new Peer(self.node(), reply.number(1), reply.text(2)))
                        : new Renewal.Renewed(members(reply, seen));
            }
        };
    }

    /** The live nodes, for who is none of them; changes nothing. */
    public static RedisOutcome<List<Peer>> live(Redis redis) {
        return switch (redis.evaluate(Call.of(DirectoryScripts.LIST_NODES, DirectoryKeys.NODES))) {
            case RedisOutcome.Unavailable<RedisReply> away -> new RedisOutcome.Unavailable<>(away.cause());
            case RedisOutcome.Value<RedisReply> value -> {
                RedisReply reply = value.value();
                List<Peer> live = new ArrayList<>();
                for (int i = 0; i < reply.size(); i += LISTED) {
                    live.add(new Peer(reply.text(i + 2), reply.number(i), reply.text(i + 1)));
                }
                yield new RedisOutcome.Value<>(List.copyOf(live));
            }
        };
    }

    private Members members(RedisReply reply, long seen) {
        lock.lock();
        try {
            boolean spare = spare(seen);
            List<Peer> live = new ArrayList<>();
            List<Peer> dead = new ArrayList<>();
            for (int i = 1; i < reply.size(); i += MEMBER) {
                Peer peer = new Peer(reply.text(i + 3), reply.number(i + 1), reply.text(i + 2));
                switch (reply.text(i)) {
                    case "live" -> live.add(peer);
                    case "lapsed" -> (spare ? live : dead).add(peer);
                    default -> dead.add(peer);
                }
            }
            if (spare) {
                lastLive.stream()
                        .filter(known -> live.stream().noneMatch(now -> sameNode(known, now)))
                        .filter(known -> !dead.contains(known))
                        .forEach(live::add);
            }
            live.sort(Comparator.comparing(Peer::node));
            lastLive = List.copyOf(live);
            return new Members(lastLive, List.copyOf(dead));
        } finally {
            lock.unlock();
        }
    }

    /** Whether Redis came back less than one lease ago. */
    private boolean spare(long seen) {
        if (seen != returns) {
            returns = seen;
            sparing = true;
            sparedUntil = System.nanoTime() + lease.toNanos();
        }
        sparing = sparing && sparedUntil - System.nanoTime() > 0;
        return sparing;
    }

    private static boolean sameNode(Peer one, Peer other) {
        return one.node().equals(other.node());
    }

    @Override
    public void leave(Peer self) {
        redis.evaluate(Call.of(DirectoryScripts.LEAVE_NODE, DirectoryKeys.NODES, Long.toString(self.epoch()), "0"));
    }

    @Override
    public void swept(Peer dead) {
        redis.evaluate(Call.of(DirectoryScripts.LEAVE_NODE, DirectoryKeys.NODES, Long.toString(dead.epoch()), "1"));
    }

    private String millis() {
        return Long.toString(lease.toMillis());
    }
}
