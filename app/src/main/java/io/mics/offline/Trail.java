package io.mics.offline;

import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down, for a developer who asks for it, which message is kept here for whom and which has left: what a node
 * held when it was killed can then be told. Off by default, and then costs nothing.
 */
final class Trail {
    private static final Log LOG = Log.of(Trail.class);

    private Trail() {}

    /** A message is in the buffer; said before its sender is told so. */
    static void kept(String user, Delivery delivery) {
        if (LOG.isDebug()) {
            LOG.debug("message_buffered", described(user, delivery));
        }
    }

    /** A drain whose confirmations are written down. */
    static Drain<Delivery> of(String user, Drain<Delivery> drain) {
        return LOG.isDebug() ? new Written(user, drain) : drain;
    }

    private record Written(String user, Drain<Delivery> drain) implements Drain<Delivery> {
        @Override
        public List<Delivery> messages() throws InterruptedException {
            return drain.messages();
        }

        @Override
        public void confirm(int n) {
            try {
                List<Delivery> gone = drain.messages().subList(0, n);
                drain.confirm(n);
                gone.forEach(delivery -> LOG.debug("message_drained", described(user, delivery)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            drain.close();
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
