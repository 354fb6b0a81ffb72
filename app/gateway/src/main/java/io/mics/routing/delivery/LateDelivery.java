package io.mics.routing.delivery;

import io.mics.concurrent.PendingWrites;
import io.mics.offline.LateDevices;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.Optional;

/** Delivers a message to devices that connected after their users had not been found, here and on other nodes. */
public final class LateDelivery implements LateDevices {
    private final LocalDelivery local;
    private final Optional<RemoteDelivery> remote;

    public LateDelivery(LocalDelivery local, Optional<RemoteDelivery> remote) {
        this.local = local;
        this.remote = remote;
    }

    @Override
    public void handOver(List<String> users, Delivery delivery) throws InterruptedException {
        String tenant = delivery.message().getTenantId();
        PendingWrites writes = new PendingWrites();
        users.forEach(user -> local.deliver(tenant, user, delivery, LocalDelivery.NOBODY, writes));
        writes.start();
        if (remote.isPresent()) {
            remote.get().deliverAnew(users, delivery);
        }
    }
}
