package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.GatewayProcess;
import io.mics.loadtest.durable.Installation.Engine;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.sdk.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * What nodes stand on, each a process of its own that can be killed or stopped, and is back with what it had: Redis
 * where there are several nodes (which is back empty), PostgreSQL and Kafka where the engine has them.
 */
final class Infrastructure implements AutoCloseable {
    /** How much longer the database and the broker are stopped than anything else: also longer than appends wait. */
    private static final int STOPS = 4;

    private final @Nullable RedisServer redis;
    private final @Nullable Postgres postgres;
    private final @Nullable KafkaBroker kafka;
    private final int redisPort = GatewayProcess.freePort();

    /** PostgreSQL and Kafka run already. */
    Infrastructure(Path folder, Engine engine, int nodes) throws IOException {
        postgres = engine == Engine.EMBEDDED ? null : new Postgres(folder.resolve("postgres"));
        kafka = engine == Engine.KAFKA ? KafkaBroker.running() : null;
        redis = nodes > 1
                ? RedisServer.newRedisServer()
                        .port(redisPort)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .build()
                : null;
    }

    void start() throws IOException {
        if (redis != null) {
            redis.start();
        }
    }

    int redisPort() {
        return redisPort;
    }

    /** Where the brokers are; empty without Kafka. */
    String brokers() {
        return kafka == null ? "" : kafka.bootstrapServers();
    }

    /** The address of PostgreSQL; empty where nodes have the database. */
    String databaseUrl() {
        return postgres == null ? "" : postgres.url();
    }

    private RedisServer redis() {
        if (redis == null) {
            throw new IllegalArgumentException("one node has no Redis");
        }
        return redis;
    }

    private Postgres database() {
        if (postgres == null) {
            throw new IllegalArgumentException("the embedded database is its node's");
        }
        return postgres;
    }

    private KafkaBroker broker() {
        if (kafka == null) {
            throw new IllegalArgumentException("there is no Kafka");
        }
        return kafka;
    }

    /** Does something that is not for one node, and undoes it after a time. */
    void suffer(Kind kind, Duration time) throws IOException, InterruptedException {
        switch (kind) {
            case REDIS_STOP -> {
                redis().stop();
                Thread.sleep(time);
                redis().start();
            }
            case DATABASE_KILL -> {
                database().kill();
                Thread.sleep(time);
                database().start();
            }
            case DATABASE_STOP -> {
                database().suspend();
                Thread.sleep(time.multipliedBy(STOPS));
                database().resume();
            }
            case KAFKA_KILL -> {
                broker().kill();
                Thread.sleep(time);
                broker().start();
            }
            case KAFKA_STOP -> {
                GatewayProcess.signal("STOP", broker().pid());
                Thread.sleep(time.multipliedBy(STOPS));
                GatewayProcess.signal("CONT", broker().pid());
            }
            case KILL,
                    RESTART,
                    NODE_STOP,
                    NODE_FREEZE,
                    REDIS_CUT,
                    LINK_CUT,
                    LINK_SILENT,
                    LINK_DELAY,
                    CLIENTS_CUT,
                    CLIENTS_DELAY -> throw new IllegalArgumentException(kind + " is for one node");
        }
    }

    @Override
    public void close() throws IOException {
        if (redis != null) {
            redis.stop();
        }
        if (kafka != null) {
            kafka.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
