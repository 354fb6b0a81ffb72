package io.mics.hook.dispatch.kafka;

import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.RawRecord;
import io.mics.hook.dispatch.kafka.PartitionWindow.Due;
import io.mics.hook.point.HookPoint;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What one consumer group does: which topics it reads, and what their records ask for.
 *
 * @param group    its name
 * @param template the topics, with {@code {tenant}}
 * @param reader   makes a record of a tenant into tasks
 */
record KafkaRole(String group, String template, Reader reader) {
    /** Makes records into tasks. */
    interface Reader {
        /** The tasks of one record; none when hooks are not told of it. */
        List<Due> tasks(String tenant, ConsumerRecord<String, byte[]> record);
    }

    /** Tells the hooks of a point. */
    static KafkaRole of(HookPoint point, String template, HookDispatcher dispatcher) {
        return new KafkaRole("mics-hooks-" + point.label(), template, (tenant, record) -> {
            RawRecord raw = KafkaHookRecords.raw(record);
            Optional<HookEvent> event = HookEventCodec.read(point, tenant, raw);
            return event.map(told -> dispatcher.tasks(told, raw).stream()
                            .map(task -> new Due(task, 0))
                            .toList())
                    .orElse(List.of());
        });
    }

    /** Makes calls again that wait for a retry. */
    static KafkaRole retries(String template, DispatchMeters meters) {
        return new KafkaRole("mics-hooks-retry", template, (tenant, record) -> {
            Optional<Due> due = KafkaHookRecords.retried(tenant, record);
            if (due.isEmpty()) {
                meters.dropped(tenant, HookPoint.POST_SEND, Drop.UNREADABLE, 1);
            }
            return due.stream().toList();
        });
    }
}
