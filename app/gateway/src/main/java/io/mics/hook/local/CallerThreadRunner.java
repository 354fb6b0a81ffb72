package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;

/**
 * Runs a trusted plugin on the thread that calls it, which costs next to nothing and contains nothing but exceptions:
 * while the plugin computes, a processor of the whole server is its own, and nobody ends it.
 */
final class CallerThreadRunner implements PluginRunner {
    @Override
    public <A> HookResponse<A> run(String tenant, Work<A> work, Deadline deadline) throws InterruptedException {
        HookResponse<A> response;
        try {
            response = work.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable thrown) { // a plugin may throw anything
            return PluginFault.failed(thrown);
        }
        return deadline.expired()
                ? new HookResponse.Failed<>(HookResponse.Kind.TIMEOUT, "answered too late")
                : response;
    }

    @Override
    public void close() {}
}
