package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.RawRecord;
import io.mics.hook.dispatch.Submission;
import io.mics.hook.dispatch.Task;
import io.mics.hook.point.HookPoint;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaTasks;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What one consumer group does for hooks: which topics it reads, and which calls their records ask for. Records of who
 * is no tenant are passed over.
 *
 * @param name       of the group
 * @param topics     their names; the tenant is the first group of the pattern
 * @param dispatcher takes the calls
 * @param isTenant   whose records are read
 * @param reader     makes a record of a tenant into calls
 */
record KafkaHookGroup(String name, Pattern topics, HookDispatcher dispatcher, Predicate<String> isTenant, Reader reader)
        implements KafkaTasks<Task> {
    /** Makes records into calls. */
    interface Reader {
        /** The calls of one record; none when no hook is notified of it. */
        List<Due<Task>> tasks(String tenant, ConsumerRecord<String, byte[]> record);
    }

    /** Notifies the hooks of a point; {@code template} names the topics, with {@code {tenant}}. */
    static KafkaHookGroup of(HookPoint point, String template, HookDispatcher dispatcher, Predicate<String> isTenant) {
        return new KafkaHookGroup(
                "mics-hooks-" + point.label(),
                KafkaHookTopics.pattern(template),
                dispatcher,
                isTenant,
                (tenant, record) -> tasks(point, dispatcher, tenant, record));
    }

    /** Notifies post-send hooks of stored messages; {@code template} as above. */
    static KafkaHookGroup persisted(String template, HookDispatcher dispatcher, Predicate<String> isTenant) {
        KafkaRepeatedEvents repeated = new KafkaRepeatedEvents();
        return new KafkaHookGroup(
                "mics-hooks-persisted",
                KafkaHookTopics.pattern(template),
                dispatcher,
                isTenant,
                (tenant, record) ->
                        repeated.isKnown(record) ? List.of() : tasks(HookPoint.POST_SEND, dispatcher, tenant, record));
    }

    private static List<Due<Task>> tasks(
            HookPoint point, HookDispatcher dispatcher, String tenant, ConsumerRecord<String, byte[]> record) {
        RawRecord raw = KafkaHookRecords.raw(record);
        return HookEventCodec.read(point, tenant, raw)
                .map(event -> dispatcher.tasks(event, raw).stream()
                        .map(task -> new Due<>(task, 0))
                        .toList())
                .orElse(List.of());
    }

    /** Retries calls that failed; {@code template} as above. */
    static KafkaHookGroup retries(
            String template, DispatchMeters meters, HookDispatcher dispatcher, Predicate<String> isTenant) {
        return new KafkaHookGroup(
                "mics-hooks-retry", KafkaHookTopics.pattern(template), dispatcher, isTenant, (tenant, record) -> {
                    Optional<Due<Task>> due = KafkaHookRecords.retried(tenant, record);
                    if (due.isEmpty()) {
                        meters.dropped(tenant, HookPoint.POST_SEND, Drop.UNREADABLE, 1);
                    }
                    return due.stream().toList();
                });
    }

    KafkaGroup group(KafkaGroup.Timing timing) {
        return new KafkaGroup(name, topics, timing);
    }

    @Override
    public Decoder<Task> decoder(String topic) {
        String tenant = KafkaHookTopics.tenant(topics, topic).orElse("");
        if (!isTenant.test(tenant)) {
            return record -> List.of();
        }
        return record -> record.value() == null ? List.of() : reader.tasks(tenant, record);
    }

    @Override
    public boolean isAtMostOnce(Task task) {
        return dispatcher.isOnce(task);
    }

    @Override
    public boolean submit(Task task, Runnable settled) {
        return dispatcher.submit(task, settled) == Submission.ACCEPTED;
    }
}
