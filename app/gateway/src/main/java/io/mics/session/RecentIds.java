package io.mics.session;

import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.Payload;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries a session queued last, so that one that comes again is not queued twice. While messages come from the
 * tenant's backend too, which have no id, all are also compared by content. Guarded by its owner.
 */
final class RecentIds {
    private static final int FIRST = 16;
    private static final int MOST = 512;

    /** All of a pull, and some live ones. */
    private static final int MOST_KEYS = 1_536;

    /**
     * What identifies a message from a tenant's backend, which has no delivery id. The sender, their device and the
     * msg_id do not: clients number their messages anew with each connection, so time, target and body count too.
     */
    private record MessageKey(String user, String device, String msgId, long timestampMs, String target, int body) {
        static MessageKey of(MessageRequest message) {
            return new MessageKey(
                    message.getUserId(),
                    message.getDeviceId(),
                    message.getMsgId(),
                    message.getTimestampMs(),
                    message.getGroupId().isEmpty() ? message.getToUserId() : message.getGroupId(),
                    message.getMsgBody().hashCode());
        }
    }

    private @Nullable Set<MessageKey> keys;
    private long[] ring = new long[0];
    private int next;
    /** Ids of stored messages grow with time, so most are later than all before, and need not be looked for. */
    private long newestStored;

    /** Begins, or ends, to compare messages by content. */
    void byContent(boolean on) {
        if (!on) {
            keys = null;
        } else if (keys == null) {
            keys = new LinkedHashSet<>();
        }
    }

    /**
     * Whether a live delivery was queued before. A stored message may come first by the node that found it stored, as a
     * redelivery, and then by the one that stored it.
     */
    boolean isRepetition(Delivery delivery) {
        return (delivery.isRedelivery() || delivery.stored() != null) && contains(delivery);
    }

    boolean contains(Delivery delivery) {
        Delivery.Stored stored = delivery.stored();
        if (stored != null) {
            return stored.messageId() <= newestStored && contains(delivery.id());
        }
        Set<MessageKey> known = keys;
        return (delivery.id() != 0 && contains(delivery.id()))
                || (known != null && isCompared(delivery) && known.contains(MessageKey.of(delivery.message())));
    }

    /** What a backend may have stored, too: no message of a durable conversation, and no change in one. */
    private static boolean isCompared(Delivery delivery) {
        return delivery.stored() == null && delivery.change() == null;
    }

    void add(Delivery delivery) {
        if (delivery.id() != 0) {
            add(delivery.id());
        }
        if (delivery.stored() != null) {
            newestStored = Math.max(newestStored, delivery.stored().messageId());
        }
        Set<MessageKey> known = keys;
        if (known != null && isCompared(delivery)) {
            if (known.size() >= MOST_KEYS) {
                known.remove(known.iterator().next());
            }
            known.add(MessageKey.of(delivery.message()));
        }
    }

    /** What ends the comparison by content; under this one's monitor, and holding nothing but this. */
    Runnable endOfContent() {
        return () -> {
            synchronized (this) {
                byContent(false);
            }
        };
    }

    /** Queues a message of a backlog, unless it is queued already. */
    OutboundQueue.EnqueueResult enqueueBacklog(
            OutboundQueue queue, DurableState durable, Delivery delivery, Payload payload) {
        if (contains(delivery)) {
            // of a queue that is closed it may be what nobody wrote, and was buffered for the user's next connection
            return queue.isClosed() ? OutboundQueue.EnqueueResult.CLOSED : OutboundQueue.EnqueueResult.QUEUED;
        }
        OutboundQueue.EnqueueResult outcome = queue.enqueueBacklog(payload);
        if (outcome == OutboundQueue.EnqueueResult.QUEUED || outcome == OutboundQueue.EnqueueResult.START_WRITER) {
            add(delivery);
            durable.pushed(delivery);
        }
        return outcome;
    }

    boolean contains(long id) {
        for (long known : ring) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }

    void add(long id) {
        if (next == ring.length) {
            if (ring.length < MOST) {
                ring = Arrays.copyOf(ring, Math.max(FIRST, 2 * ring.length));
            } else {
                next = 0;
            }
        }
        ring[next++] = id;
    }
}
