package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;

/** Where a plugin's code runs. */
sealed interface PluginRunner extends AutoCloseable permits PluginThreads, CallerThreadRunner {
    /** Something to be done by a plugin. */
    interface Work<A> {
        HookResponse<A> run() throws Exception;
    }

    /** Runs {@code work} on behalf of a tenant; whatever it throws is a failed call. */
    <A> HookResponse<A> run(String tenant, Work<A> work, Deadline deadline) throws InterruptedException;

    /** Interrupts what still runs. */
    @Override
    void close();
}
