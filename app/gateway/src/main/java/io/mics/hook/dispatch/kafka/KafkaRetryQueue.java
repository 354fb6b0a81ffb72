package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.dispatch.RetryQueue;
import io.mics.hook.dispatch.Submission;
import io.mics.hook.dispatch.Task;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Tasks in the tenants' retry topics, and in their dead letter topics: written again and again until they are there.
 */
final class KafkaRetryQueue implements RetryQueue {
    private final KafkaWriters writers;
    private final KafkaHookTopics topics;
    private final DispatchMeters meters;

    KafkaRetryQueue(KafkaWriters writers, KafkaHookTopics topics, DispatchMeters meters) {
        this.writers = writers;
        this.topics = topics;
        this.meters = meters;
    }

    @Override
    public Submission schedule(Task task, Instant due, String cause, Runnable safe) {
        return submitted(writers.enqueue(KafkaHookRecords.retry(topics, task, due, cause), fate -> {
            if (fate instanceof Fate.Arrived) {
                safe.run();
            } else {
                deadWithoutValue(KafkaHookRecords.dead(topics, task, false, cause, true), task, safe);
            }
        }));
    }

    @Override
    public Submission deadLetter(Task task, boolean once, String cause, Runnable safe) {
        return submitted(writers.enqueue(
                KafkaHookRecords.dead(topics, task, once, cause, false),
                () -> KafkaHookRecords.dead(topics, task, once, cause, true),
                fate -> settle(fate, task, safe)));
    }

    private static Submission submitted(boolean enqueued) {
        return enqueued ? Submission.ACCEPTED : Submission.NO_ROOM;
    }

    /** On the retry topic's thread, which waits for room: that of the dead letters' topic is another. */
    private void deadWithoutValue(ProducerRecord<String, byte[]> bare, Task task, Runnable safe) {
        try {
            writers.put(bare, fate -> settle(fate, task, safe));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only what is too large even without its value is lost, and counted. */
    private void settle(Fate fate, Task task, Runnable safe) {
        if (!(fate instanceof Fate.Arrived)) {
            String tenant = task.event().context().tenant();
            meters.dropped(tenant, task.event().point(), Drop.LOG_FAILED, 1);
        }
        safe.run();
    }

    @Override
    public boolean isVolatile() {
        return false;
    }
}
