package io.mics.pipeline;

import io.mics.conversation.NewMessage;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.HookEvents;
import io.mics.protocol.StoredMessage;

/**
 * Without Kafka: hooks are notified at once, from this process. A message that is stored already is not published
 * again: it was resent by its client, or its event was lost with an earlier process.
 */
public final class HookPersistedEvents implements PersistedEvents {
    private final HookEventLog hooks;

    /** Events for the hooks behind {@code hooks}. */
    public HookPersistedEvents(HookEventLog hooks) {
        this.hooks = hooks;
    }

    @Override
    public void publish(NewMessage message, StoredMessage stored, boolean repeated, Runnable safe) {
        if (!repeated) {
            hooks.publish(HookEvents.stored(message.tenant(), stored, message.traceId()));
        }
        safe.run();
    }
}
