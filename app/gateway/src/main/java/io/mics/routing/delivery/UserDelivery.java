package io.mics.routing.delivery;

import io.mics.concurrent.PendingWrites;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.Optional;

/** Hands a message to every device of one user, here and on other nodes. */
public final class UserDelivery {
    private final LocalDelivery local;
    private final Optional<RemoteDelivery> remote;

    public UserDelivery(LocalDelivery local, Optional<RemoteDelivery> remote) {
        this.local = local;
        this.remote = remote;
    }

    /**
     * What became of a message for one user.
     *
     * @param kind      the best of all devices'
     * @param here      devices of this node that got it
     * @param elsewhere devices of other nodes that got it, at least
     */
    public record Reached(LocalDelivery.Kind kind, int here, int elsewhere) {}

    /** Delivers. Blocks for other nodes, a bounded time. */
    public Reached deliver(String tenant, String user, Delivery delivery, PendingWrites writes)
            throws InterruptedException {
        LocalDelivery.LocalOutcome here = local.deliver(tenant, user, delivery, LocalDelivery.NOBODY, writes);
        return remote.isEmpty()
                ? new Reached(here.kind(), here.devices(), 0)
                : everywhere(remote.get(), user, delivery, here, writes);
    }

    private Reached everywhere(
            RemoteDelivery remote,
            String user,
            Delivery delivery,
            LocalDelivery.LocalOutcome here,
            PendingWrites writes)
            throws InterruptedException {
        boolean got = here.kind() == LocalDelivery.Kind.DELIVERED;
        RemoteDelivery.Reached elsewhere = remote.deliver(List.of(user), delivery, writes);
        if (got || elsewhere.delivered().contains(user)) {
            return new Reached(LocalDelivery.Kind.DELIVERED, here.devices(), elsewhere.devices());
        }
        if (!elsewhere.notTaken().contains(user)) {
            return new Reached(here.kind(), 0, 0);
        }
        // the user may have come here meanwhile
        LocalDelivery.LocalOutcome now =
                local.deliver(delivery.message().getTenantId(), user, delivery, LocalDelivery.NOBODY, writes);
        return now.kind() == LocalDelivery.Kind.DELIVERED
                ? new Reached(now.kind(), now.devices(), 0)
                : new Reached(LocalDelivery.Kind.NOT_TAKEN, 0, 0);
    }
}
