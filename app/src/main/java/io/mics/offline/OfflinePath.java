package io.mics.offline;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import java.util.List;

/**
 * Where a message goes whose recipient has no device that took it: into the buffer of the recipient's home node. After
 * storing, the user is looked for once more, so that a message cannot miss someone who is just arriving.
 */
public final class OfflinePath {
    private final OfflineBuffer<Delivery> buffer;
    private final BacklogSource here;
    private final PresentSessions present;
    private final HomePeers peers;
    private final BacklogOffers offers;
    private final Metrics metrics;

    public OfflinePath(
            OfflineBuffer<Delivery> buffer,
            PresentSessions present,
            HomePeers peers,
            BacklogOffers offers,
            Metrics metrics) {
        this.buffer = buffer;
        this.here = new LocalBacklog(buffer);
        this.present = present;
        this.peers = peers;
        this.offers = offers;
        this.metrics = metrics;
    }

    /** Keeps {@code delivery} for {@code user}; says whether there was room for it. */
    public boolean keep(Tenant tenant, String user, Delivery delivery) throws InterruptedException {
        return keep(tenant, List.of(user), delivery) == 1;
    }

    /**
     * Keeps {@code delivery} for each of {@code users}; says for how many there was room. For a removed tenant there is
     * none: its absent users cannot come back.
     */
    public int keep(Tenant tenant, List<String> users, Delivery delivery) throws InterruptedException {
        HomePeers.Kept kept = peers.keep(tenant.id(), users, delivery);
        if (kept.stored() > 0) {
            buffered(tenant, "grpc").add(kept.stored());
        }
        return kept.stored()
                + (int) kept.here().stream()
                        .filter(user -> keepHere(tenant, user, delivery, "local"))
                        .count();
    }

    /** Keeps a message that another node sent to this one, the user's home. */
    public boolean keepAtHome(Tenant tenant, String user, Delivery delivery) {
        return keepHere(tenant, user, delivery, "grpc_in");
    }

    private boolean keepHere(Tenant tenant, String user, Delivery delivery, String via) {
        boolean kept = !tenant.gone()
                && buffer.store(
                                tenant.id(),
                                user,
                                delivery,
                                delivery.weight(),
                                tenant.settings().offline())
                        instanceof StoreOutcome.Stored;
        if (kept) {
            Trail.kept(user, delivery);
            buffered(tenant, via).increment();
            if (!present.offerBacklog(tenant.id(), user, here)) {
                offers.offer(tenant.id(), user);
            }
        }
        return kept;
    }

    private Counter buffered(Tenant tenant, String via) {
        return metrics.counter(Metric.OFFLINE_BUFFERED, tenant.id(), via);
    }
}
