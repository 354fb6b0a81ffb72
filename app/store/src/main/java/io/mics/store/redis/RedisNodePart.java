package io.mics.store.redis;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.redis.Script;
import io.mics.store.NodePart;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node's number, leased in Redis and renewed four times in a lease. This node uses it for half a lease after it asked
 * for the last renewal, by its own clock, and after Redis was away only when it was renewed again; the other half is
 * for pauses of the process and for clocks that run differently. So nobody else is given a number that is in use. Where
 * Redis has lost all numbers, new ones are used only after half a lease: by then those in use are back or have ended.
 * One single number that a failover loses may be given to another within a renewal, if it draws the same of 1 024.
 */
public final class RedisNodePart implements NodePart, AutoCloseable {
    /** What a node uses. */
    public static final Duration LEASE = Duration.ofSeconds(12);

    private static final Log LOG = Log.of(RedisNodePart.class);
    private static final Script TAKE = Script.load("lease-node-part");
    private static final Script GIVE_BACK = Script.load("release-node-part");
    private static final String KEY = "{mics}|node-parts";
    private static final String KEY_MILLIS = Long.toString(Duration.ofDays(30).toMillis());
    private static final int RENEWALS = 4;
    private static final long NONE = -1;
    private static final long ANOTHERS = -2;

    private final Redis redis;
    private final Duration lease;
    private final String holder = UUID.randomUUID().toString();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch leased = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Held held;

    /** A number and when it may be used, as {@link System#nanoTime()} counts. */
    private record Held(int number, long from, long until, long returns) {
        boolean mayBeUsed(long now, long returnsNow) {
            return now - from >= 0 && until - now > 0 && returns == returnsNow;
        }
    }

    private RedisNodePart(Redis redis, Duration lease) {
        this.redis = redis;
        this.lease = lease;
        this.thread = CriticalThreads.unstarted("node-part", this::renew);
    }

    /** Begins to lease a number; {@code redis} outlives this. */
    public static RedisNodePart lease(Redis redis, Duration lease) {
        RedisNodePart part = new RedisNodePart(redis, lease);
        part.thread.start();
        return part;
    }

    /** Waits until a number is leased and may be used, {@code most} at most; says whether there is one. */
    public boolean await(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        if (!leased.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        Held first = held;
        if (first != null) {
            TimeUnit.NANOSECONDS.sleep(Math.min(first.from(), end) - System.nanoTime());
        }
        return number().isPresent();
    }

    @Override
    public OptionalInt number() {
        Held now = held;
        return now != null && now.mayBeUsed(System.nanoTime(), redis.returns())
                ? OptionalInt.of(now.number())
                : OptionalInt.empty();
    }

    private void renew() {
        long interval = lease.toMillis() / RENEWALS;
        try {
            boolean stopped;
            do {
                boolean renewed = ask();
                stopped = stop.await(renewed ? interval : Math.max(1, interval / RENEWALS), TimeUnit.MILLISECONDS);
            } while (!stopped);
        } catch (InterruptedException e) {
            LOG.debug("node_part_ended");
        }
    }

    /** Asks for the number that is held, or for one; says whether there is one. */
    private boolean ask() {
        Held before = held;
        long returns = redis.returns();
        long asked = System.nanoTime();
        Call call = Call.of(
                TAKE,
                KEY,
                holder,
                Long.toString(lease.toMillis()),
                Long.toString(before == null ? NONE : before.number()),
                Integer.toString(MOST + 1),
                Integer.toString(ThreadLocalRandom.current().nextInt(MOST + 1)),
                Long.toString(lease.toMillis() / 2),
                KEY_MILLIS);
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Unavailable<RedisReply> away -> false;
            case RedisOutcome.Value<RedisReply> value -> take(before, asked, returns, value.value());
        };
    }

    private boolean take(@Nullable Held before, long asked, long returns, RedisReply reply) {
        long number = reply.number(0);
        if (number == NONE || number == ANOTHERS) {
            held = null;
            String cause = number == NONE ? "all numbers are leased" : "another node has it";
            LOG.warn("node_part_lost", "cause", cause);
            return false;
        }
        long from = before == null ? System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(reply.number(1)) : before.from();
        held = new Held((int) number, from, asked + lease.toNanos() / 2, returns);
        leased.countDown();
        if (before == null) {
            LOG.info("node_part_leased", "number", number, "waitMs", reply.number(1));
        }
        return true;
    }

    /** Gives the number back. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Held last = held;
        held = null;
        if (last != null) {
            var unused = redis.evaluate(Call.of(GIVE_BACK, KEY, holder, Integer.toString(last.number())));
        }
    }
}
