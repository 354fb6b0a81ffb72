package io.mics.offline;

import io.mics.protocol.Delivery;
import java.util.Optional;

/** This node's buffer, as a source to take from. */
public record LocalBacklog(OfflineBuffer<Delivery> buffer) implements BacklogSource {
    @Override
    public Taking take(String tenant, String user) {
        Optional<BacklogLease<Delivery>> lease = buffer.take(tenant, user);
        return lease.isPresent() ? new Taking.Taken(BufferLog.of(user, lease.get())) : new Taking.Nothing();
    }
}
