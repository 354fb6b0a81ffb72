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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Tasks in the tenants' retry topics, and in their dead letter topics: written again and again until they are there.
 */
final class KafkaRetryQueue implements RetryQueue {
    private static final long ROOM_PAUSE_MILLIS = 20;

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
        return submitted(writers.enqueue(KafkaHookRecords.dead(topics, task, once, cause, false), fate -> {
            if (fate instanceof Fate.Arrived) {
                safe.run();
            } else {
                deadWithoutValue(KafkaHookRecords.dead(topics, task, once, cause, true), task, safe);
            }
        }));
    }

    private static Submission submitted(boolean enqueued) {
        return enqueued ? Submission.ACCEPTED : Submission.NO_ROOM;
    }

    /** The letter without its value, which was too large; only what is too large even so is lost, and counted. */
    private void deadWithoutValue(ProducerRecord<String, byte[]> bare, Task task, Runnable safe) {
        try {
            while (!writers.enqueue(bare, fate -> {
                if (!(fate instanceof Fate.Arrived)) {
                    String tenant = task.event().context().tenant();
                    meters.dropped(tenant, task.event().point(), Drop.LOG_FAILED, 1);
                }
                safe.run();
            })) {
                TimeUnit.MILLISECONDS.sleep(ROOM_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isVolatile() {
        return false;
    }
}
