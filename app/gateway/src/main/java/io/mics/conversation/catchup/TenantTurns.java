package io.mics.conversation.catchup;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Work that blocks, on virtual threads: so much at a time, of one tenant half of that, tenants in turn. Bounded; of
 * what waits one tenant has half at most. Safe on any thread.
 */
final class TenantTurns {
    private static final Log LOG = Log.of(TenantTurns.class);

    private final String name;
    private final int most;
    private final int mostWaiting;

    // all below under the monitor of this
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private int running;
    private int waiting;

    private static final class Tenant {
        final Queue<Runnable> waiting = new ArrayDeque<>();
        int running;
    }

    private record Turn(String tenant, Runnable work) {}

    /** Turns of {@code most} at a time, on threads of that name, while {@code mostWaiting} wait. */
    TenantTurns(String name, int most, int mostWaiting) {
        this.name = name;
        this.most = most;
        this.mostWaiting = mostWaiting;
    }

    /** Does it when it is its tenant's turn; false: too much waits, and it is not done. */
    boolean add(String tenant, Runnable work) {
        synchronized (this) {
            Tenant its = tenants.get(tenant);
            if (waiting >= mostWaiting || (its != null && its.waiting.size() >= Math.max(1, mostWaiting / 2))) {
                return false;
            }
            tenants.computeIfAbsent(tenant, it -> new Tenant()).waiting.add(work);
            waiting++;
        }
        start();
        return true;
    }

    private void start() {
        Turn next = next();
        while (next != null) {
            Turn turn = next;
            Thread unused = CriticalThreads.start(name, () -> run(turn));
            next = next();
        }
    }

    private @Nullable Turn next() {
        synchronized (this) {
            if (running == most) {
                return null;
            }
            for (Map.Entry<String, Tenant> each : tenants.entrySet()) {
                Tenant tenant = each.getValue();
                if (tenant.running < Math.max(1, most / 2) && !tenant.waiting.isEmpty()) {
                    String id = each.getKey();
                    Runnable work = tenant.waiting.remove();
                    waiting--;
                    tenant.running++;
                    running++;
                    tenants.remove(id); // the others come first now
                    tenants.put(id, tenant);
                    return new Turn(id, work);
                }
            }
            return null;
        }
    }

    private void run(Turn turn) {
        try {
            turn.work().run();
        } catch (RuntimeException e) {
            LOG.error("catch_up_failed", e, "tenant", turn.tenant());
        } finally {
            synchronized (this) {
                running--;
                tenants.computeIfPresent(turn.tenant(), (id, tenant) -> {
                    tenant.running--;
                    return tenant.running == 0 && tenant.waiting.isEmpty() ? null : tenant;
                });
            }
            start();
        }
    }
}
