package io.mics.tenant;

import io.mics.observe.Log;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.protocol.IdForm;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One tenant. Keeps its identity through every reload, so that its sessions see new settings and limits at once; safe
 * on any thread.
 */
public final class Tenant {
    private static final Log LOG = Log.of(Tenant.class);
    private static final long LAST_PULLS_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Everything that changes together. */
    private record Snapshot(
            TenantConfig configured,
            TenantRuntimeConfig learned,
            TenantSettings settings,
            Map<String, SettingSource> sources) {

        static Snapshot of(TenantConfig configured, TenantRuntimeConfig learned) {
            return new Snapshot(
                    configured,
                    learned,
                    BackendOverrides.over(configured.settings(), learned),
                    BackendOverrides.sources(configured.sources(), learned));
        }
    }

    private final String id;
    private final TenantLimits limits;
    private final ReentrantLock changing = new ReentrantLock();
    private final AtomicLong asked = new AtomicLong();
    /** The request that began last of those answered; written while {@link #changing} is held. */
    private long newestAnswer;

    private volatile Snapshot snapshot;
    private volatile boolean gone;
    /** Since when users are no longer asked to pull, by {@link System#nanoTime()}; null when they never were. */
    private volatile @Nullable Long pullEndedNanos;

    /** As configured, with nothing learned yet. */
    public Tenant(TenantConfig configured) {
        id = configured.id();
        snapshot = Snapshot.of(configured, TenantRuntimeConfig.getDefaultInstance());
        limits = new TenantLimits(configured.settings().limits(), System.nanoTime());
    }

    /** The tenant's id. */
    public String id() {
        return id;
    }

    /** What ids of its users and devices may look like. */
    public IdForm ids() {
        return settings().ids();
    }

    /** How its backend is called now; asked once per call, so that a reload holds from the next call on. */
    public BackendSettings hooks() {
        return settings().hooks();
    }

    /** The effective settings: learned over configured over defaults; immutable. */
    public TenantSettings settings() {
        return snapshot.settings();
    }

    /**
     * Whether devices ask the backend on connect for what they missed: {@code offline.use-hook-pull} is on, or was
     * within the time a message waits ({@code offline.ttl}), but at least an hour: what the backend was given meanwhile
     * still has to come back. A node that was not running then does not know of it, but for
     * {@code offline.keep-pulling}, which says so for as long as it is on.
     */
    public boolean pullsOffline(long nanos) {
        OfflineSettings offline = settings().offline();
        Long ended = pullEndedNanos;
        if (offline.useHookPull() || offline.keepPulling() || ended == null) {
            return offline.useHookPull() || offline.keepPulling();
        }
        long lasts = Math.max(offline.ttl().toNanos(), LAST_PULLS_NANOS);
        return offline.ttl().isZero() || nanos - ended < lasts;
    }

    /** Where each effective setting came from, by its key in {@code tenants.yaml}. */
    public Map<String, SettingSource> sources() {
        return snapshot.sources();
    }

    /** What bounds its work in flight. */
    public TenantLimits limits() {
        return limits;
    }

    /** Whether it was removed from the configuration: nobody new may connect, who is connected stays. */
    public boolean gone() {
        return gone;
    }

    /** The first field of an {@code /auth} answer that no tenant can {@link #learn}, and what is wrong with it. */
    public static Optional<String> invalidField(TenantRuntimeConfig config) {
        return BackendOverrides.invalidField(config);
    }

    /** Numbers an {@code /auth} request that is about to begin. */
    public long asking() {
        return asked.incrementAndGet();
    }

    /**
     * Takes over what an {@code /auth} answer says, which has no {@link #invalidField}, unless a request that began
     * later was answered already.
     *
     * @param number of the request, as {@link #asking} gave it
     */
    public void learn(TenantRuntimeConfig config, long number) {
        changing.lock();
        try {
            if (number > newestAnswer) {
                newestAnswer = number;
                if (!config.equals(snapshot.learned())) {
                    become(Snapshot.of(snapshot.configured(), config));
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** Takes over a new configuration; what was learned still lies over it. */
    void configure(TenantConfig configured) {
        changing.lock();
        try {
            if (gone) {
                // what was asked before says nothing about it
                newestAnswer = asked.incrementAndGet();
            }
            become(Snapshot.of(configured, gone ? TenantRuntimeConfig.getDefaultInstance() : snapshot.learned()));
            gone = false;
        } finally {
            changing.unlock();
        }
    }

    /** Marks it as removed from the configuration. */
    void remove() {
        gone = true;
    }

    boolean isConfiguredAs(TenantConfig configured) {
        return !gone && snapshot.configured().equals(configured);
    }

    private void become(Snapshot next) {
        Map<String, SettingSource> before = snapshot.sources();
        if (snapshot.settings().offline().useHookPull()
                && !next.settings().offline().useHookPull()) {
            pullEndedNanos = System.nanoTime();
        }
        snapshot = next;
        limits.follow(next.settings().limits());
        Map<String, String> changed = new TreeMap<>();
        next.sources().forEach((key, source) -> {
            if (before.get(key) != source) {
                changed.put(key, source.label());
            }
        });
        if (!changed.isEmpty()) {
            LOG.info("tenant_settings_changed", "tenant", id, "now", changed);
        }
    }
}
