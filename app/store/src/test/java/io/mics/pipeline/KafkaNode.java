package io.mics.pipeline;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.event.kafka.KafkaConversationTopics;
import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaProducerSettings;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.pipeline.log.BatchingLog;
import io.mics.pipeline.log.KafkaBatchAppender;
import io.mics.protocol.StoredMessage;
import io.mics.store.MessageWriter;
import io.mics.timer.TimingWheel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node's log and pipeline, with little patience; its steps can be held for ever, as a crash would. */
final class KafkaNode implements AutoCloseable {
    final Metrics metrics = new Metrics();
    final List<String> distributed = new CopyOnWriteArrayList<>();
    final List<String> published = new CopyOnWriteArrayList<>();
    final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    final BatchingLog log;
    private final TimingWheel wheel = TimingWheel.start(Duration.ofMillis(10));
    private final KafkaSender sender;
    private final KafkaPersistedEvents events;
    private final DistributionQueues distribution;
    private final KafkaConnection connection;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Crash crash = new Crash() {};
    /** Whether the distribution is held: then it never takes anything more. */
    private volatile boolean held;

    private @Nullable KafkaPipeline pipeline;

    /** What happens between the steps; returning false is a crash. */
    interface Crash {
        /** A message is stored, and not published yet. */
        default boolean isPublished(StoredMessage stored) {
            return true;
        }

        /** A message is published, and not distributed yet. */
        default boolean isDistributed(StoredMessage stored) {
            return true;
        }

        /** A message is published, and its offset is not committed. */
        default boolean isSettled(StoredMessage stored) {
            return true;
        }
    }

    KafkaNode(String servers, String name, Duration delivery) {
        connection = new KafkaConnection(servers, KafkaSecurity.NONE, name, Duration.ofSeconds(5));
        sender =
                KafkaSender.open(new KafkaProducerSettings(connection, Duration.ofSeconds(2), delivery, true, 1 << 20));
        log = new BatchingLog(
                new KafkaBatchAppender(sender, KafkaConversationTopics.DEFAULTS.upstream()),
                tenant -> Duration.ofSeconds(5),
                wheel);
        events = new KafkaPersistedEvents(sender, KafkaConversationTopics.DEFAULTS.persisted());
        distribution = new DistributionQueues(
                (message, stored, acknowledge, repeated) -> {
                    if (!crash.isDistributed(stored)) {
                        held = true;
                        ended.await();
                        return Sample.LATER;
                    }
                    distributed.add(name(message) + (repeated ? " again" : ""));
                    return Sample.DONE;
                },
                metrics);
    }

    KafkaNode(String servers, String name) {
        this(servers, name, Duration.ofSeconds(60));
    }

    static String name(NewMessage message) {
        return message.tenant() + "/" + message.clientMsgId();
    }

    /** Begins to store. */
    KafkaNode storing(MessageWriter writer, Crash crash) {
        this.crash = crash;
        PersistedEvents watched = new PersistedEvents() {
            @Override
            public void publish(NewMessage message, StoredMessage stored, boolean repeated, Runnable safe)
                    throws InterruptedException {
                if (!crash.isPublished(stored)) {
                    Thread.sleep(Long.MAX_VALUE);
                }
                published.add(name(message) + (repeated ? " again" : ""));
                events.publish(message, stored, repeated, crash.isSettled(stored) ? safe : () -> {});
            }

            @Override
            public void flush(long nanos) throws InterruptedException {
                events.flush(nanos);
            }
        };
        pipeline = KafkaPipeline.start(
                new KafkaPipeline.Settings(
                        connection,
                        KafkaConversationTopics.DEFAULTS.upstream(),
                        tenant -> true,
                        4,
                        new KafkaGroup.Timing(Duration.ofMillis(300), Duration.ofSeconds(6), KafkaGroup.Timing.EVER)),
                new KafkaPipeline.Ports(writer, watched, distribution, new TraceBuffer(0, Clock.systemUTC())),
                sender,
                metrics);
        return this;
    }

    KafkaNode storing(MessageWriter writer) {
        return storing(writer, new Crash() {});
    }

    void append(String tenant, String group, String id) throws InterruptedException {
        append(Sample.message(tenant, group, id));
    }

    void append(NewMessage message) throws InterruptedException {
        log.append(message, outcome -> outcomes.putIfAbsent(name(message), outcome));
    }

    long lag(String tenant) {
        return Objects.requireNonNull(pipeline).lag(tenant);
    }

    @Override
    public void close() {
        log.close();
        KafkaPipeline running = pipeline;
        if (running != null) {
            running.close();
        }
        events.close();
        if (held) {
            distribution.close();
        }
        ended.countDown();
        try {
            distribution.flush(TimeUnit.SECONDS.toNanos(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        distribution.close();
        sender.close();
        wheel.close();
    }
}
