package io.mics.offline;

import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logs at DEBUG which message is buffered here for whom and which was taken, so that what a node held when it was
 * killed can be reconstructed. Off by default, and then costs nothing. The cluster load test reads these lines.
 */
final class BufferLog {
    private static final Log LOG = Log.of(BufferLog.class);

    private BufferLog() {}

    /** A message is in the buffer; logged before its sender is answered. */
    static void stored(String user, Delivery delivery) {
        if (LOG.isDebug()) {
            LOG.debug("message_buffered", described(user, delivery));
        }
    }

    /** A lease whose confirmations are logged. */
    static BacklogLease<Delivery> of(String user, BacklogLease<Delivery> lease) {
        return LOG.isDebug() ? new Logged(user, lease) : lease;
    }

    private record Logged(String user, BacklogLease<Delivery> lease) implements BacklogLease<Delivery> {
        @Override
        public List<Delivery> messages() throws InterruptedException {
            return lease.messages();
        }

        @Override
        public void confirm(int n) {
            try {
                List<Delivery> gone = lease.messages().subList(0, n);
                lease.confirm(n);
                gone.forEach(delivery -> LOG.debug("message_drained", described(user, delivery)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    private static @Nullable Object[] described(String user, Delivery delivery) {
        MessageRequest message = delivery.message();
        return new Object[] {
            "tenant", message.getTenantId(),
            "user", user,
            "from", message.getUserId(),
            "device", message.getDeviceId(),
            "msgId", message.getMsgId()
        };
    }
}
