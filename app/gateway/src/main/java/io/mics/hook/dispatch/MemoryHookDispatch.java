package io.mics.hook.dispatch;

import io.mics.concurrent.CriticalThreads;
import io.mics.event.EventLog;
import io.mics.observe.Log;

/**
 * Hook dispatch in this process: hooks are called for what is published at once, and again when that is due, which one
 * virtual thread waits for. What waits is lost with the process, and counted.
 */
public final class MemoryHookDispatch implements HookDispatch {
    private static final Log LOG = Log.of(MemoryHookDispatch.class);

    private final MemoryHookEventLog log;
    private final HookDispatcher dispatcher;
    private final MemoryRetryQueue retries;

    private MemoryHookDispatch(
            EventLog events, HookDispatcher dispatcher, MemoryRetryQueue retries, DispatchMeters meters) {
        this.log = new MemoryHookEventLog(events, dispatcher, meters);
        this.dispatcher = dispatcher;
        this.retries = retries;
    }

    /**
     * Begins to dispatch.
     *
     * @param events  gets events, too, and is closed by who opened it
     * @param retries what {@code dispatcher} puts what fails into
     */
    public static MemoryHookDispatch start(
            EventLog events, HookDispatcher dispatcher, MemoryRetryQueue retries, DispatchMeters meters) {
        MemoryHookDispatch dispatch = new MemoryHookDispatch(events, dispatcher, retries, meters);
        Thread unused = CriticalThreads.start("hook-retries", dispatch::retry);
        return dispatch;
    }

    private void retry() {
        try {
            while (retries.awaitDue()) {
                try {
                    int unused = retries.submitDue(dispatcher);
                } catch (RuntimeException e) {
                    LOG.error("hook_tasks_lost", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where events are published so that hooks are notified of them. */
    public EventLog events() {
        return log;
    }

    @Override
    public HookEventLog hookEvents() {
        return log;
    }

    @Override
    public void forget(String tenant) {
        dispatcher.forget(tenant);
        retries.forget(tenant);
    }

    /** Gives calls in flight two seconds to end; what waits is dropped and counted. */
    @Override
    public void close() {
        dispatcher.close();
        retries.close();
    }
}
