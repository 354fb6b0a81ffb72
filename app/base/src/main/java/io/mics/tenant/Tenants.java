package io.mics.tenant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The table of all tenants. A reload changes it in place: who stays keeps identity. */
public final class Tenants {
    /** From one call of {@link #forgetRemoved} to that at which what it forgot is forgotten once more. */
    static final int AGAIN = 60;

    /** What a change of the table did, as tenant ids. */
    public record Changes(List<String> added, List<String> updated, List<String> removed) {
        /** Nothing changed. */
        public static final Changes NONE = new Changes(List.of(), List.of(), List.of());
    }

    private final ReentrantLock changing = new ReentrantLock();

    /** Every tenant configured or still in use: one that comes back is the object its old sessions still hold. */
    private final Map<String, Tenant> known = new HashMap<>();

    /** Those removed that nobody used when last looked at. */
    private Set<String> unused = Set.of();

    /** Those forgotten lately, with the number of calls until they are forgotten once more. */
    private final Map<String, Integer> forgotten = new HashMap<>();

    private volatile Map<String, Tenant> present = Map.of();

    public Tenants(Collection<TenantConfig> configured) {
        apply(configured);
    }

    /** The tenant with this id, if it is configured now. */
    public Optional<Tenant> find(String id) {
        return Optional.ofNullable(present.get(id));
    }

    /** Every tenant configured now. */
    public Collection<Tenant> all() {
        return present.values();
    }

    /** The ids of every tenant configured now. */
    public Set<String> ids() {
        return Set.copyOf(present.keySet());
    }

    /** Adds, updates and removes so that exactly {@code configured} remain. */
    public Changes apply(Collection<TenantConfig> configured) {
        changing.lock();
        try {
            Changes changes = new Changes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            Map<String, Tenant> next = new HashMap<>();
            configured.forEach(config -> next.put(config.id(), createOrUpdate(config, changes)));
            present.forEach((id, tenant) -> {
                if (!next.containsKey(id)) {
                    tenant.remove();
                    changes.removed().add(id);
                }
            });
            present = Map.copyOf(next);
            return changes;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Forgets every removed tenant that was unused at this call and the one before, and once more {@value #AGAIN} calls
     * later: what was in flight for it may have begun something anew. Called from time to time.
     *
     * @param used   whether a tenant has sessions
     * @param forget drops what others hold of it; no tenant comes back meanwhile
     */
    public void forgetRemoved(Predicate<String> used, Consumer<String> forget) {
        if (!changing.tryLock()) {
            return;
        }
        try {
            forgetAgain(forget);
            Set<String> idle = new HashSet<>();
            for (Tenant tenant : known.values()) {
                if (tenant.gone() && !used.test(tenant.id())) {
                    idle.add(tenant.id());
                }
            }
            for (String id : idle) {
                if (unused.contains(id)) {
                    known.remove(id);
                    forgotten.put(id, AGAIN);
                    forget.accept(id);
                }
            }
            idle.retainAll(known.keySet());
            unused = idle;
        } finally {
            changing.unlock();
        }
    }

    private void forgetAgain(Consumer<String> forget) {
        for (String id : List.copyOf(forgotten.keySet())) {
            if (known.containsKey(id)) {
                forgotten.remove(id);
            } else if (forgotten.merge(id, -1, Integer::sum) == 0) {
                forgotten.remove(id);
                forget.accept(id);
            }
        }
    }

    private Tenant createOrUpdate(TenantConfig config, Changes changes) {
        Tenant tenant = known.get(config.id());
        if (tenant == null) {
            tenant = new Tenant(config);
            known.put(config.id(), tenant);
            changes.added().add(config.id());
        } else if (!tenant.isConfiguredAs(config)) {
            (tenant.gone() ? changes.added() : changes.updated()).add(config.id());
            tenant.configure(config);
        }
        return tenant;
    }
}
