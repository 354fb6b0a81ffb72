package io.mics.hook.point;

import io.mics.concurrent.Deadline;
import io.mics.sdk.plugin.HookContext;

/**
 * A client of one hook over one transport. Every call blocks its thread, returns soon after its deadline at the latest,
 * and never throws for what the hook does; an interrupt abandons it.
 */
public interface HookClient extends AutoCloseable {
    /** Asks the hook; a transport that cannot carry a point answers {@link HookResponse#notCarried}. */
    <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException;

    /** Makes a harmless call to see whether the target answers at all. */
    HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException;

    /** Closes connections and ends threads; calls in flight may fail. */
    @Override
    void close();
}
