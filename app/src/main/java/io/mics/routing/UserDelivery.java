package io.mics.routing;

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

    /** Delivers; the outcome is the best of all devices'. Blocks for other nodes, a bounded time. */
    public LocalDelivery.Outcome deliver(String tenant, String user, Delivery delivery, PendingWrites writes)
            throws InterruptedException {
        LocalDelivery.Outcome here = local.deliver(tenant, user, delivery, LocalDelivery.NOBODY, writes);
        return remote.isEmpty() ? here : everywhere(remote.get(), user, delivery, here, writes);
    }

    private LocalDelivery.Outcome everywhere(
            RemoteDelivery remote, String user, Delivery delivery, LocalDelivery.Outcome here, PendingWrites writes)
            throws InterruptedException {
        boolean got = here == LocalDelivery.Outcome.DELIVERED;
        RemoteDelivery.Reached elsewhere = remote.deliver(List.of(user), delivery, writes);
        if (got || elsewhere.delivered().contains(user)) {
            return LocalDelivery.Outcome.DELIVERED;
        }
        if (!elsewhere.notTaken().contains(user)) {
            return here;
        }
        // the user may have come here meanwhile
        LocalDelivery.Outcome now =
                local.deliver(delivery.message().getTenantId(), user, delivery, LocalDelivery.NOBODY, writes);
        return now == LocalDelivery.Outcome.DELIVERED ? now : LocalDelivery.Outcome.NOT_TAKEN;
    }
}
