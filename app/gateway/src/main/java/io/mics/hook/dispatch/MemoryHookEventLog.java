package io.mics.hook.dispatch;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import java.util.Optional;

/**
 * Hook events of this process, dispatched at once. Also an event log around another: hooks are notified of the messages
 * among what the other accepts.
 */
public final class MemoryHookEventLog implements HookEventLog, EventLog {
    private final EventLog events;
    private final HookDispatcher dispatcher;
    private final DispatchMeters meters;

    /** A log around {@code events}, which it closes. */
    MemoryHookEventLog(EventLog events, HookDispatcher dispatcher, DispatchMeters meters) {
        this.events = events;
        this.dispatcher = dispatcher;
        this.meters = meters;
    }

    @Override
    public boolean publish(Event event) {
        boolean accepted = events.publish(event);
        if (accepted && HookEvents.isNotified(event)) {
            if (dispatcher.hasPostSend()) {
                HookEvents.of(event).ifPresent(this::publish);
            } else {
                dispatcher.log(event);
            }
        }
        return accepted;
    }

    @Override
    public void publish(HookEvent event) {
        for (Task task : dispatcher.tasks(event, RawRecord.NONE)) {
            if (dispatcher.submit(task, () -> {}) == Submission.NO_ROOM) {
                meters.dropped(event.context().tenant(), event.point(), Drop.QUEUE_FULL, 1);
            }
        }
    }

    @Override
    public int queued(String tenant) {
        return events.queued(tenant);
    }

    @Override
    public Optional<String> unavailable() {
        return events.unavailable();
    }

    @Override
    public void forget(String tenant) {
        events.forget(tenant);
    }

    @Override
    public void close() {
        events.close();
    }
}
