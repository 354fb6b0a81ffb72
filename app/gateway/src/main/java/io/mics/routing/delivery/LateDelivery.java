package io.mics.routing.delivery;

import io.mics.concurrent.PendingWrites;
import io.mics.offline.LateConnections;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.Optional;

/**
 * Delivers a message to devices that connected after their users had not been found, here and on other nodes.
 *
 * <p>Where an offline event was published its message follows by this, not by another pull: whoever arrived meanwhile
 * may have pulled before the backend read the event, and asking again may be as early. What both bring is recognised
 * for a minute by sender, device, msg_id, time, target and body, since msg_ids alone begin at 1 with each connection
 * of a client. Who arrives after that look, yet before the backend has read the event, gets the message with the next
 * connection.
 */
public final class LateDelivery implements LateConnections {
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
