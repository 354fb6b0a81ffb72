package io.mics.lifecycle;

import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What holds something for each tenant, registered where it is made: once a removed tenant's last session has gone, all
 * of them forget it, the last registered first, so that what others count or store with goes after them. One part's
 * failure does not keep the others from forgetting. Parts are added at the start, by one thread.
 */
public final class TenantCleanup {
    private static final Log LOG = Log.of(TenantCleanup.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, Consumer<String> forget) {}

    /** Adds a part that forgets a tenant by {@code forget}, which is given its id and must not block. */
    public void add(String name, Consumer<String> forget) {
        parts.push(new Part(name, forget));
    }

    /** Has every part forget {@code tenant}. */
    public void forget(String tenant) {
        for (Part part : parts) {
            try {
                part.forget().accept(tenant);
            } catch (RuntimeException e) {
                LOG.error("tenant_cleanup_failed", e, "tenant", tenant, "part", part.name());
            }
        }
    }
}
