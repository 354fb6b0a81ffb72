package io.mics.routing.directory;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.Deadline;
import io.mics.observe.Log;
import io.mics.routing.link.Peer;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Splits each tenant's messages per second among the nodes that are asked for them, again and again: by what each was
 * asked to take, so that the cluster as a whole keeps the limit wherever the senders are. Without the directory every
 * node allows the whole limit. One virtual thread.
 */
public final class RateShares implements AutoCloseable {
    private static final Log LOG = Log.of(RateShares.class);

    /** Between exchanges: so long a node may allow too much, or too little, after demand has moved. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** How long what a node reported counts. */
    public static final Duration VALID = INTERVAL.multipliedBy(6);

    /** The part of a limit that is left for nodes nobody has asked yet, as one over this. */
    private static final int RESERVE = 20;

    private final TenantRates rates;
    private final Peer self;
    private final Supplier<List<Tenant>> tenants;
    private final Map<String, Double> demands = new HashMap<>();
    private final Thread thread = CriticalThreads.unstarted("rate-shares", this::run);

    /** Shares of the tenants that {@code tenants} says have sessions here. */
    public RateShares(TenantRates rates, Peer self, Supplier<List<Tenant>> tenants) {
        this.rates = rates;
        this.self = self;
        this.tenants = tenants;
    }

    /** Exchanges from now on. */
    public RateShares start() {
        thread.start();
        return this;
    }

    private void run() {
        long last = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            Deadline next = Deadline.after(INTERVAL);
            try {
                TimeUnit.NANOSECONDS.sleep(next.remainingNanos());
                long now = System.nanoTime();
                exchange(now - last);
                last = now;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("rate_shares_failed", e);
            }
        }
    }

    /** One exchange, {@code nanos} after the one before. */
    void exchange(long nanos) {
        List<Tenant> limited = tenants.get().stream()
                .filter(tenant -> tenant.limits().messagesPerSecond() > 0)
                .toList();
        demands.keySet().retainAll(limited.stream().map(Tenant::id).toList());
        if (limited.isEmpty()) {
            return;
        }
        List<TenantRates.Demand> reported = new ArrayList<>(limited.size());
        for (Tenant tenant : limited) {
            double lately = tenant.limits().messages().takeAsked() * 1e9 / Math.max(1, nanos);
            double smooth = demands.merge(tenant.id(), lately, (before, now) -> (before + now) / 2);
            reported.add(new TenantRates.Demand(tenant.id(), Math.round(smooth)));
        }
        Optional<List<TenantRates.Total>> totals = rates.exchange(self, reported);
        for (int i = 0; i < limited.size(); i++) {
            Tenant tenant = limited.get(i);
            long demand = reported.get(i).perSecond();
            int limit = tenant.limits().messagesPerSecond();
            int at = i;
            tenant.limits()
                    .share(totals.map(all -> part(limit, demand, all.get(at))).orElse(1.0));
        }
    }

    /**
     * One node's part of a limit, above 0, at most 1; the parts of all nodes are 1 together. What nobody asks for, and
     * a small reserve at least, is split evenly; the rest goes by demand.
     */
    static double part(int limit, long demand, TenantRates.Total total) {
        double reserve = Math.max((double) limit / RESERVE, (double) (limit - total.perSecond()));
        double own = demand + reserve / total.nodes();
        return Math.clamp(own / (total.perSecond() + reserve), 0, 1);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
