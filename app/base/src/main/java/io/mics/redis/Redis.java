package io.mics.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Redis, asked one script at a time or many at once over one shared connection, in the order of one thread's calls.
 *
 * <p>Nothing thrown by the client library leaves this class, and no call takes longer than the command time-out (twice,
 * when a script is new to the server). While it is down, calls fail within milliseconds; one virtual thread looks
 * for it and makes a new connection when the old one stays useless. Redis is also away when it is there but full,
 * read-only or busy with somebody's script.
 *
 * <p>Reads are scripts too: expiry is compared with the time of the Redis that holds the key. No command is sent twice
 * by the client library, or a connection could be counted twice.
 */
public final class Redis implements AutoCloseable {
    private static final Log LOG = Log.of(Redis.class);

    private static final int CAUSE_CHARS = 200;
    private static final long PROBE_FIRST_MS = 10;
    private static final long PROBE_MAX_MS = 250;
    private static final String PROBE_TTL_MS = "10000";
    private static final int REJECTIONS = 3;
    private static final Duration ENDING = Duration.ofSeconds(2);
    private static final long REJECTED_PAUSE_MS = 10;

    private final RedisAddress address;
    private final RedisTimeouts settings;
    private final RedisConnector connector;
    private final Availability availability = new Availability();
    private final List<RedisSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicBoolean recovering = new AtomicBoolean();
    private volatile @Nullable Thread recovery;
    private volatile @Nullable StatefulConnection<String, String> connection;
    private volatile boolean closed;

    /** Notified of Redis coming and going. Must not block. */
    public interface Watch {
        /** Whether Redis takes commands from now on. */
        void available(boolean available);
    }

    private Redis(RedisAddress address, RedisTimeouts settings) {
        this.address = address;
        this.settings = settings;
        this.connector = new RedisConnector(address, settings);
    }

    /** Looks for Redis for as long as one connection may take; if it is not there, goes on looking behind. */
    public static Redis open(RedisAddress address, RedisTimeouts settings) {
        Redis redis = new Redis(address, settings);
        redis.reconnect();
        redis.probe();
        redis.recover();
        return redis;
    }

    /** Where it is. */
    public RedisAddress address() {
        return address;
    }

    /** Whether it takes commands. */
    public boolean available() {
        return availability.available();
    }

    /** Why it is away; empty when it is not. */
    public Optional<String> unavailableCause() {
        return availability.cause();
    }

    /** Grows each time Redis becomes available; a different number says that it was away in between. */
    public long returns() {
        return availability.returns();
    }

    /** Notifies {@code watch} now and at every change. */
    public void watch(Watch watch) {
        availability.watch(watch);
    }

    /** Runs one script. */
    public RedisOutcome<RedisReply> evaluate(Call call) {
        return switch (evaluateAll(List.of(call))) {
            case RedisOutcome.Value<List<RedisReply>> value ->
                new RedisOutcome.Value<>(value.value().getFirst());
            case RedisOutcome.Unavailable<List<RedisReply>> unavailable ->
                new RedisOutcome.Unavailable<>(unavailable.cause());
        };
    }

    /** Runs many scripts, sent together; unavailable as a whole when one of them is. */
    public RedisOutcome<List<RedisReply>> evaluateAll(List<Call> calls) {
        RedisOutcome<List<RedisReply>> outcome = run(calls);
        if (outcome instanceof RedisOutcome.Unavailable<List<RedisReply>> unavailable
                && !Thread.currentThread().isInterrupted()) {
            lost(unavailable.cause());
        }
        return outcome;
    }

    /** Runs one script without waiting for it; it comes before what this thread asks next. May be lost. */
    public void send(Call call) {
        StatefulConnection<String, String> now = connection;
        if (now != null) {
            AsyncCommand<String, String, List<Object>> command = byDigest(call);
            command.onComplete((value, failure) -> {
                if (failure instanceof RedisNoScriptException) {
                    now.dispatch(bySource(call));
                }
            });
            try {
                now.dispatch(command);
            } catch (RedisException e) {
                lost(describe(e));
            }
        }
    }

    /** How the server is configured, by these names; of a cluster, one node. What it does not say is absent. */
    public RedisOutcome<Map<String, String>> configured(List<String> names) {
        StatefulConnection<String, String> now = connection;
        if (now == null) {
            return new RedisOutcome.Unavailable<>("not connected");
        }
        Map<String, String> values = new HashMap<>();
        try {
            List<AsyncCommand<String, String, List<Object>>> sent =
                    names.stream().map(Redis::configGet).toList();
            dispatch(now, sent);
            long deadline = System.nanoTime() + settings.commandTimeout().toNanos();
            for (int i = 0; i < sent.size(); i++) {
                List<Object> answer = sent.get(i).get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (answer.size() == 2) {
                    values.put(names.get(i), String.valueOf(answer.get(1)));
                }
            }
            return new RedisOutcome.Value<>(values);
        } catch (ExecutionException e) {
            return new RedisOutcome.Unavailable<>(describe(e.getCause() == null ? e : e.getCause()));
        } catch (TimeoutException e) {
            return new RedisOutcome.Unavailable<>("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RedisOutcome.Unavailable<>("interrupted");
        } catch (RedisException e) {
            return new RedisOutcome.Unavailable<>(describe(e));
        }
    }

    /** Follows a channel until closed; see {@link RedisSubscription.Listener}. */
    public RedisSubscription subscribe(String channel, RedisSubscription.Listener listener) {
        RedisSubscription subscription = new RedisSubscription(this, connector, settings, channel, listener);
        subscriptions.add(subscription);
        subscription.start();
        return subscription;
    }

    private RedisOutcome<List<RedisReply>> run(List<Call> calls) {
        StatefulConnection<String, String> now = connection;
        if (now == null) {
            return new RedisOutcome.Unavailable<>("not connected");
        }
        List<AsyncCommand<String, String, List<Object>>> sent = new ArrayList<>(calls.size());
        calls.forEach(call -> sent.add(byDigest(call)));
        List<RedisReply> answers = new ArrayList<>(calls.size());
        try {
            dispatch(now, sent);
            long deadline = System.nanoTime() + settings.commandTimeout().toNanos();
            for (int i = 0; i < sent.size(); i++) {
                answers.add(answer(now, calls.get(i), sent.get(i), deadline));
            }
            return new RedisOutcome.Value<>(answers);
        } catch (ExecutionException e) {
            return new RedisOutcome.Unavailable<>(describe(e.getCause() == null ? e : e.getCause()));
        } catch (TimeoutException e) {
            return new RedisOutcome.Unavailable<>(
                    "no answer within " + settings.commandTimeout().toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RedisOutcome.Unavailable<>("interrupted");
        } catch (RedisException e) {
            return new RedisOutcome.Unavailable<>(describe(e));
        } finally {
            sent.stream().filter(command -> !command.isDone()).forEach(command -> command.cancel(true));
        }
    }

    private RedisReply answer(
            StatefulConnection<String, String> now,
            Call call,
            AsyncCommand<String, String, List<Object>> command,
            long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        AsyncCommand<String, String, List<Object>> asked = command;
        long until = deadline;
        for (int tries = 0; ; tries++) {
            try {
                return new RedisReply(asked.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RedisNoScriptException) {
                    asked = bySource(call);
                    until = System.nanoTime() + settings.commandTimeout().toNanos();
                } else if (isRejected(e.getCause()) && tries < REJECTIONS) {
                    Thread.sleep(REJECTED_PAUSE_MS);
                    asked = byDigest(call);
                } else {
                    throw e;
                }
                now.dispatch(asked);
            }
        }
    }

    /** Whether the command was not sent because a node of the cluster, seen for the first time, is being connected. */
    private boolean isRejected(@Nullable Throwable failure) {
        return address.kind() == RedisAddress.Kind.CLUSTER
                && failure != null
                && String.valueOf(failure.getMessage()).startsWith("Currently not connected");
    }

    private static void dispatch(
            StatefulConnection<String, String> to, List<AsyncCommand<String, String, List<Object>>> commands) {
        if (commands.size() == 1) {
            to.dispatch(commands.getFirst());
        } else {
            to.dispatch(commands);
        }
    }

    private static AsyncCommand<String, String, List<Object>> byDigest(Call call) {
        return command(CommandType.EVALSHA, call.script().digest(), call);
    }

    private static AsyncCommand<String, String, List<Object>> bySource(Call call) {
        return command(CommandType.EVAL, call.script().source(), call);
    }

    private static AsyncCommand<String, String, List<Object>> configGet(String name) {
        CommandArgs<String, String> arguments =
                new CommandArgs<>(StringCodec.UTF8).add(CommandType.GET).add(name);
        return new AsyncCommand<>(
                new Command<>(CommandType.CONFIG, new NestedMultiOutput<>(StringCodec.UTF8), arguments));
    }

    private static AsyncCommand<String, String, List<Object>> command(CommandType type, String script, Call call) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                .add(script)
                .add(call.keys().size())
                .addKeys(call.keys())
                .addValues(call.arguments());
        return new AsyncCommand<>(new Command<>(type, new NestedMultiOutput<>(StringCodec.UTF8), arguments));
    }

    /** One line without anything a script was given. */
    static String describe(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String text = failure.getClass().getSimpleName() + ": " + message.replaceAll("\\s+", " ");
        return text.substring(0, Math.min(text.length(), CAUSE_CHARS));
    }

    private void lost(String cause) {
        if (availability.lost(cause)) {
            recover();
        }
    }

    /** Looks for Redis until it is found, on one thread at a time. */
    private void recover() {
        if (!available() && !closed && recovering.compareAndSet(false, true)) {
            recovery = CriticalThreads.start("redis-recovery", this::recovery);
        }
    }

    private void recovery() {
        long pause = PROBE_FIRST_MS;
        long useless = System.nanoTime();
        while (!closed && !available()) {
            boolean overdue =
                    System.nanoTime() - useless > settings.reconnectAfter().toNanos();
            if (connection == null || overdue) {
                reconnect();
                useless = System.nanoTime();
            }
            if (!probe()) {
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                pause = Math.min(PROBE_MAX_MS, pause * 2);
            }
        }
        recovering.set(false);
        recover();
    }

    /** Whether Redis takes a write now. */
    private boolean probe() {
        try {
            boolean well =
                    run(List.of(Call.of(Script.PROBE, RedisKeys.PROBE, PROBE_TTL_MS))) instanceof RedisOutcome.Value;
            if (well) {
                availability.found();
            }
            return well;
        } catch (RuntimeException e) {
            LOG.error("redis_probe_failed", e);
            return false;
        }
    }

    private void reconnect() {
        try {
            StatefulConnection<String, String> made = connector.connect();
            made.addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> which) {
                    if (made.equals(connection) && !closed) {
                        lost("disconnected");
                    }
                }
            });
            StatefulConnection<String, String> old = connection;
            connection = made;
            RedisConnector.close(old);
            if (closed) {
                RedisConnector.close(made);
            }
        } catch (RuntimeException e) {
            if (!closed) {
                availability.unreachable(describe(e.getCause() == null ? e : e.getCause()));
            }
        }
    }

    /** Ends every subscription and connection. */
    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(RedisSubscription::close);
        end(recovery);
        connector.close();
    }

    /** Ends a thread of ours that may be connecting. */
    static void end(@Nullable Thread thread) {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(ENDING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
