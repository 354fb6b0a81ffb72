package io.mics.offline;

import io.mics.protocol.Delivery;
import java.util.Optional;

/** This node's buffer, as a source to drain. */
public record LocalBacklog(OfflineBuffer<Delivery> buffer) implements BacklogSource {
    @Override
    public Taking take(String tenant, String user) {
        Optional<Drain<Delivery>> drain = buffer.take(tenant, user);
        return drain.isPresent() ? new Taking.Taken(BufferLog.of(user, drain.get())) : new Taking.Nothing();
    }
}
