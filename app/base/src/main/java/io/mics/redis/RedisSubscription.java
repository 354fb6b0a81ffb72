package io.mics.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is followed over a connection of its own. It publishes to itself through the connection for commands,
 * so that it is down when it does not receive, not only when its connection broke.
 */
public final class RedisSubscription implements AutoCloseable {
    private static final Log LOG = Log.of(RedisSubscription.class);
    private static final int MISSED = 3;

    private final String echo = RedisKeys.echo(UUID.randomUUID().toString());
    private final ReentrantLock notifying = new ReentrantLock();
    private final Redis redis;
    private final RedisConnector connector;
    private final RedisTimeouts settings;
    private final String channel;
    private final Listener listener;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private volatile @Nullable Thread thread;
    private volatile boolean up;
    private volatile boolean closed;
    private volatile long lastReceivedNanos;

    /** Notified of a channel. Called on the client library's threads; must not block. */
    public interface Listener {
        /** Somebody published {@code text}. */
        void message(String text);

        /** Whether everything published from now on is received; called once per change. */
        void up(boolean up);
    }

    RedisSubscription(
            Redis redis, RedisConnector connector, RedisTimeouts settings, String channel, Listener listener) {
        this.redis = redis;
        this.connector = connector;
        this.settings = settings;
        this.channel = channel;
        this.listener = listener;
    }

    void start() {
        thread = CriticalThreads.start("redis-subscription", this::run);
    }

    /** Whether everything published is received. */
    public boolean up() {
        return up;
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    if (connection == null
                            || silentNanos() > 2 * MISSED * settings.echo().toNanos()) {
                        connect();
                    }
                    publishEcho();
                } catch (RuntimeException e) {
                    LOG.error("redis_subscription_failed", e, "channel", channel);
                }
                Thread.sleep(settings.echo());
                if (silentNanos() > MISSED * settings.echo().toNanos()) {
                    become(false);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishEcho() {
        redis.send(Call.of(Script.PUBLISH, RedisKeys.PROBE, echo, ""));
    }

    private long silentNanos() {
        return System.nanoTime() - lastReceivedNanos;
    }

    private void connect() {
        become(false);
        StatefulRedisPubSubConnection<String, String> old = connection;
        connection = null;
        RedisConnector.close(old);
        lastReceivedNanos = System.nanoTime();
        try {
            StatefulRedisPubSubConnection<String, String> made = connector.connectPubSub();
            made.addListener(new Messages(made));
            made.addListener(new Disconnects(made));
            connection = made;
            lastReceivedNanos = System.nanoTime();
            var unused = made.async().subscribe(channel, echo);
            if (closed) {
                RedisConnector.close(made);
            }
        } catch (RuntimeException e) {
            LOG.debug("redis_subscription_refused", "cause", Redis.describe(e));
        }
    }

    private void become(boolean now) {
        notifying.lock();
        try {
            if (up != now && !(now && closed)) {
                up = now;
                listener.up(now);
            }
        } finally {
            notifying.unlock();
        }
    }

    /** What comes over one connection. */
    private final class Messages extends RedisPubSubAdapter<String, String> {
        private final StatefulRedisPubSubConnection<String, String> over;

        Messages(StatefulRedisPubSubConnection<String, String> over) {
            this.over = over;
        }

        @Override
        public void subscribed(String to, long count) {
            if (to.equals(echo)) {
                publishEcho();
            }
        }

        @Override
        public void message(String from, String text) {
            if (!over.equals(connection)) {
                return;
            }
            lastReceivedNanos = System.nanoTime();
            if (from.equals(echo)) {
                become(true);
            } else if (up) {
                listener.message(text);
            }
        }
    }

    /** What happens to one connection. */
    private final class Disconnects implements RedisConnectionStateListener {
        private final StatefulRedisPubSubConnection<String, String> over;

        Disconnects(StatefulRedisPubSubConnection<String, String> over) {
            this.over = over;
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> which) {
            if (over.equals(connection)) {
                become(false);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Redis.end(thread);
        RedisConnector.close(connection);
        become(false);
    }
}
