package io.mics.pipeline.wal;

import io.mics.observe.Log;
import io.mics.pipeline.log.LogEntry;
import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.redis.RedisTimeouts;
import io.mics.redis.Script;
import io.mics.store.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Streams in Redis. Safe only where Redis writes every command to its disk before it answers, and never evicts: that is
 * looked at again each time Redis has been away, and twice a minute.
 */
public final class RedisWriteAheadLog implements WriteAheadLog {
    private static final Log LOG = Log.of(RedisWriteAheadLog.class);
    private static final Script APPEND = Script.load("wal-append");
    private static final Script SIZE = Script.load("wal-size");
    private static final Script READ = Script.load("wal-read");
    private static final Script REMOVE = Script.load("wal-remove");
    private static final Script REFUSE = Script.load("wal-refuse");

    /** Messages of one shard at most. */
    static final int MOST = 50_000;

    /** Bytes of one shard at most, as they are written. */
    static final long MOST_BYTES = 64L << 20;

    private static final long LEASE_MILLIS = Duration.ofSeconds(10).toMillis();
    private static final int READ_TOGETHER = 200;
    private static final long READ_BYTES = 128 << 10;
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(2);
    private static final List<String> SETTINGS = List.of("appendonly", "appendfsync", "maxmemory-policy", "maxmemory");
    private static final int REFUSED_KEPT = 16;
    private static final long REFUSED_MILLIS = Duration.ofDays(30).toMillis();
    private static final Optional<String> OF_A_CLUSTER =
            Optional.of("Redis is a cluster, of which not every master can be asked how it is configured");
    private static final long LOOK_NANOS = Duration.ofSeconds(30).toNanos();

    private final Redis redis;
    private final ReentrantLock lock = new ReentrantLock();
    private long checkedReturns = -1;
    private long checkedNanos;
    private Optional<String> unsafe = Optional.of("not looked at yet");

    /** In {@code redis}, which outlives this. */
    public RedisWriteAheadLog(Redis redis) {
        this.redis = redis;
    }

    /** Why the Redis at {@code address} could lose what is written there; empty when it could not, or says nothing. */
    public static Optional<String> unsafe(RedisAddress address) {
        if (address.kind() == RedisAddress.Kind.CLUSTER) {
            return OF_A_CLUSTER;
        }
        try (Redis redis = Redis.open(address, RedisTimeouts.of(LOOK_TIMEOUT))) {
            return redis.configured(SETTINGS) instanceof RedisOutcome.Value<Map<String, String>> value
                    ? problem(value.value())
                    : Optional.empty();
        }
    }

    @Override
    public Optional<String> unsafe() {
        if (redis.address().kind() == RedisAddress.Kind.CLUSTER) {
            return OF_A_CLUSTER;
        }
        if (!redis.available()) {
            return Optional.of(redis.unavailableCause().orElse("Redis is away"));
        }
        lock.lock();
        try {
            long returns = redis.returns();
            if (returns == checkedReturns && System.nanoTime() - checkedNanos < LOOK_NANOS) {
                return unsafe;
            }
        } finally {
            lock.unlock();
        }
        return look();
    }

    private Optional<String> look() {
        long returns = redis.returns();
        return switch (redis.configured(SETTINGS)) {
            case RedisOutcome.Unavailable<Map<String, String>> away -> Optional.of(away.cause());
            case RedisOutcome.Value<Map<String, String>> value -> {
                Optional<String> found = problem(value.value());
                lock.lock();
                try {
                    if (!found.equals(unsafe)) {
                        found.ifPresent(why -> LOG.error("wal_unsafe", null, "cause", why));
                    }
                    unsafe = found;
                    checkedReturns = returns;
                    checkedNanos = System.nanoTime();
                } finally {
                    lock.unlock();
                }
                yield found;
            }
        };
    }

    /** What of this configuration of Redis could lose what was written; empty when nothing could. */
    static Optional<String> problem(Map<String, String> configured) {
        if (!"yes".equals(configured.get("appendonly"))) {
            return Optional.of(
                    "Redis has appendonly " + configured.getOrDefault("appendonly", "unknown") + ", not yes");
        }
        if (!"always".equals(configured.get("appendfsync"))) {
            return Optional.of(
                    "Redis has appendfsync " + configured.getOrDefault("appendfsync", "unknown") + ", not always");
        }
        String policy = configured.getOrDefault("maxmemory-policy", "unknown");
        return policy.equals("noeviction") || "0".equals(configured.get("maxmemory"))
                ? Optional.empty()
                : Optional.of("Redis has maxmemory-policy " + policy + ", not noeviction");
    }

    @Override
    public Sizes sizes(String tenant) {
        List<Call> calls = IntStream.range(0, SHARDS)
                .mapToObj(shard -> Call.of(SIZE, stream(tenant, shard)))
                .toList();
        return switch (redis.evaluateAll(calls)) {
            case RedisOutcome.Unavailable<List<RedisReply>> away -> new Sizes.Unavailable(away.cause());
            case RedisOutcome.Value<List<RedisReply>> value ->
                new Sizes.Known(
                        value.value().stream().map(reply -> reply.number(0)).toList());
        };
    }

    @Override
    public Written append(String tenant, int shard, List<LogEntry> records) {
        List<String> arguments = new ArrayList<>(2 + 2 * records.size());
        arguments.add(Integer.toString(MOST));
        arguments.add(Long.toString(MOST_BYTES));
        for (LogEntry record : records) {
            arguments.add(record.conversation());
            arguments.add(Base64.getEncoder().encodeToString(record.value()));
        }
        Call call = new Call(APPEND, List.of(stream(tenant, shard), bytes(tenant, shard)), arguments);
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Unavailable<RedisReply> away -> new Written.Undecided(away.cause());
            case RedisOutcome.Value<RedisReply> value ->
                value.value().number(0) == 1 ? new Written.Done() : new Written.Full();
        };
    }

    @Override
    public Oldest oldest(String tenant, int shard, String drainer) {
        Call call = new Call(
                READ,
                List.of(stream(tenant, shard), key(tenant, shard) + "|lease"),
                List.of(
                        drainer,
                        Long.toString(LEASE_MILLIS),
                        Integer.toString(READ_TOGETHER),
                        Long.toString(READ_BYTES)));
        return switch (redis.evaluate(call)) {
            case RedisOutcome.Unavailable<RedisReply> away -> new Oldest.Unavailable(away.cause());
            case RedisOutcome.Value<RedisReply> value -> oldest(value.value());
        };
    }

    private static Oldest oldest(RedisReply reply) {
        if (reply.number(0) < 0) {
            return new Oldest.Anothers();
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i + 2 < reply.size(); i += 3) {
            entries.add(new Entry(
                    reply.text(i),
                    new LogEntry(reply.text(i + 1), Base64.getDecoder().decode(reply.text(i + 2)))));
        }
        return new Oldest.Some(entries);
    }

    @Override
    public Optional<Long> remove(String tenant, int shard, List<String> ids) {
        Call call = new Call(REMOVE, List.of(stream(tenant, shard), bytes(tenant, shard)), ids);
        return redis.evaluate(call) instanceof RedisOutcome.Value<RedisReply> value
                ? Optional.of(value.value().number(0))
                : Optional.empty();
    }

    @Override
    public boolean refuse(String tenant, int shard, String id) {
        Call call = new Call(
                REFUSE,
                List.of(stream(tenant, shard), bytes(tenant, shard), key(tenant, shard) + "|refused"),
                List.of(id, Integer.toString(REFUSED_KEPT), Long.toString(REFUSED_MILLIS)));
        return redis.evaluate(call) instanceof RedisOutcome.Value<RedisReply>;
    }

    private static String key(String tenant, int shard) {
        return tenant + "|wal|{" + tenant + "|" + shard + "}";
    }

    private static String stream(String tenant, int shard) {
        return key(tenant, shard) + "|stream";
    }

    private static String bytes(String tenant, int shard) {
        return key(tenant, shard) + "|bytes";
    }
}
