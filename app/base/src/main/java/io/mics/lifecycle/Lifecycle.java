package io.mics.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The order in which a process ends: first everything drains, then the parts end, the last started first. What is
 * started registers here, once, how it drains, how it ends, and how it forgets a tenant. Parts register at the start,
 * on one thread; a part that fails to end does not keep the others from it.
 */
public final class Lifecycle implements AutoCloseable {
    private final List<Runnable> drains = new ArrayList<>();
    private final Closing closing = new Closing();
    private final TenantCleanup tenants = new TenantCleanup();

    /** Adds a part that was just started. */
    public <T extends AutoCloseable> T add(String name, T part) {
        return closing.add(name, part);
    }

    /** Has {@code drain} run before anything ends; it blocks until what it waits for is gone. */
    public void beforeEnd(Runnable drain) {
        drains.add(drain);
    }

    /** Adds a part that forgets a tenant by {@code forget}, which is given its id and must not block. */
    public void forgetTenant(String name, Consumer<String> forget) {
        tenants.add(name, forget);
    }

    /** Has every part forget {@code tenant}. */
    public void forget(String tenant) {
        tenants.forget(tenant);
    }

    /** Drains, then ends every part. */
    @Override
    public void close() {
        drains.forEach(Runnable::run);
        end();
    }

    /** Ends every part at once: for a start that failed. */
    public void end() {
        closing.close();
    }
}
