package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaEventLog;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.BackoffSchedule;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.HookDispatch;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.Task;
import io.mics.hook.point.HookPoint;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import io.mics.kafka.KafkaConsumerLoop;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaWriters;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Hook dispatch from Kafka: the five readers, the dispatcher between them, and the writers behind it. */
public final class KafkaHookDispatch implements HookDispatch {
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int EVENT_ATTEMPTS = 3;

    /** Readers, one for each kind of topic. */
    private static final int READERS = 5;

    /** Writers, of events and of tasks. */
    private static final int WRITERS = 2;

    /** Bytes that producers, readers and writers may hold. */
    public static long mostBytes(KafkaSettings settings) {
        return KafkaEventLog.clientBytes(settings)
                + READERS * KafkaConsumerLoop.mostBytes()
                + WRITERS * KafkaWriters.mostBytes();
    }

    private final KafkaWriters eventWriters;
    private final KafkaWriters taskWriters;
    private final HookDispatcher dispatcher;
    private final HookEventLog hookEvents;
    private final List<KafkaConsumerLoop<Task>> loops;

    /**
     * How it works with Kafka.
     *
     * @param settings  those of the event log; its topics are the source of post-send hooks of pipe tenants
     * @param topics    of hooks
     * @param persisted the topics that are the source of post-send hooks of durable tenants
     * @param timing    of the consumer groups
     */
    public record Settings(
            KafkaSettings settings, KafkaHookTopics topics, String persisted, KafkaGroup.Timing timing) {}

    /**
     * Begins to dispatch. The registry has its hooks by now: what is read while it is empty goes to nobody.
     *
     * @param sending       outlives this
     * @param businessTypes a tenant's {@code business-type} by its id; empty when it has none
     * @param isTenant      whose topics are read
     * @param results       remembers what post-send hooks answer
     * @param record        records every call
     */
    public static KafkaHookDispatch start(
            Settings kafka,
            KafkaSending sending,
            HookRegistry hooks,
            UnaryOperator<String> businessTypes,
            Predicate<String> isTenant,
            PostSendResultCache results,
            HookExecution.Sink record,
            DispatchMeters meters) {
        KafkaHookDispatch dispatch =
                new KafkaHookDispatch(kafka, sending, hooks, businessTypes, isTenant, results, record, meters);
        dispatch.loops.forEach(KafkaConsumerLoop::start);
        return dispatch;
    }

    private KafkaHookDispatch(
            Settings kafka,
            KafkaSending sending,
            HookRegistry hooks,
            UnaryOperator<String> businessTypes,
            Predicate<String> isTenant,
            PostSendResultCache results,
            HookExecution.Sink record,
            DispatchMeters meters) {
        KafkaHookTopics topics = kafka.topics();
        eventWriters = new KafkaWriters(sending, EVENT_ATTEMPTS);
        taskWriters = new KafkaWriters(sending, 0);
        hookEvents = new KafkaHookEventLog(eventWriters, kafka.settings(), topics, meters);
        dispatcher = new HookDispatcher(
                hooks,
                businessTypes,
                new KafkaRetryQueue(taskWriters, topics, meters),
                results,
                new BackoffSchedule(
                        InstantSource.system(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                record,
                meters);
        loops = Stream.of(
                        KafkaHookGroup.of(
                                HookPoint.POST_SEND, kafka.settings().topics().template(), dispatcher, isTenant),
                        KafkaHookGroup.persisted(kafka.persisted(), dispatcher, isTenant),
                        KafkaHookGroup.of(HookPoint.DELIVERY, topics.delivery(), dispatcher, isTenant),
                        KafkaHookGroup.of(HookPoint.RECALL, topics.recall(), dispatcher, isTenant),
                        KafkaHookGroup.retries(topics.retry(), meters, dispatcher, isTenant))
                .map(tasks ->
                        new KafkaConsumerLoop<>(kafka.settings().connection(), tasks.group(kafka.timing()), tasks))
                .toList();
    }

    @Override
    public HookEventLog hookEvents() {
        return hookEvents;
    }

    /** Calls that wait for their hook or are in flight. */
    int size() {
        return dispatcher.size();
    }

    @Override
    public void forget(String tenant) {
        dispatcher.forget(tenant);
    }

    /** Lets calls in flight end, for two seconds, commits what is settled, and leaves the rest to the next start. */
    @Override
    public void close() {
        dispatcher.close();
        try {
            eventWriters.flush(FLUSH_NANOS);
            taskWriters.flush(FLUSH_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.forEach(KafkaConsumerLoop::close);
        eventWriters.close();
        taskWriters.close();
    }
}
