package io.mics.routing.delivery;

import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Envelope;
import io.mics.proto.node.v1.NodeCall;
import io.mics.proto.node.v1.Stored;
import io.mics.proto.node.v1.ToSendingDevice;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.Delivery;
import io.mics.protocol.ProtobufConversations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Deliveries as they travel between nodes. */
public final class Envelopes {
    private Envelopes() {}

    /** What a delivery is sent as. */
    public static Envelope of(Delivery delivery) {
        Envelope.Builder envelope = Envelope.newBuilder()
                .setDeliveryId(delivery.id())
                .setMessage(delivery.message())
                .setContentType(delivery.contentType())
                .setTraceId(delivery.traceId())
                .setAgeMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - delivery.acceptedNanos()));
        Delivery.Stored stored = delivery.stored();
        if (stored != null) {
            envelope.setStored(Stored.newBuilder()
                    .setConversationId(stored.conversation())
                    .setSeq(stored.seq())
                    .setMessageId(stored.messageId())
                    .setSendingDevice(stored.sendingDevice())
                    .setDuplicate(stored.duplicate())
                    .setToSendingDevice(
                            switch (stored.toSendingDevice()) {
                                case NOTHING -> ToSendingDevice.TO_SENDING_DEVICE_UNSPECIFIED;
                                case ACK -> ToSendingDevice.TO_SENDING_DEVICE_ACK;
                                case MESSAGE -> ToSendingDevice.TO_SENDING_DEVICE_MESSAGE;
                                case ACK_AND_MESSAGE -> ToSendingDevice.TO_SENDING_DEVICE_ACK_AND_MESSAGE;
                            }));
        }
        ConversationFrame change = delivery.change();
        if (change != null) {
            envelope.setChange(ProtobufConversations.write(change));
        }
        return envelope.build();
    }

    /** The call that hands a delivery to users of another node. */
    static NodeCall.Builder call(Envelope envelope, Delivery delivery, List<String> users) {
        Deliver.Builder deliver = Deliver.newBuilder().setEnvelope(envelope).addAllUserIds(users);
        NodeCall.Builder call = NodeCall.newBuilder();
        return delivery.isRecall() ? call.setRecall(deliver) : call.setDeliver(deliver);
    }

    /**
     * The delivery that was sent as {@code envelope}, a little older.
     *
     * @throws IllegalArgumentException it is word of a change that this version does not know
     */
    public static Delivery open(Envelope envelope) {
        Delivery delivery = Delivery.fromNode(
                envelope.getMessage(),
                envelope.getContentType(),
                envelope.getTraceId(),
                envelope.getDeliveryId(),
                Duration.ofMillis(envelope.getAgeMs()));
        return envelope.hasStored() || envelope.hasChange()
                ? delivery.with(stored(envelope), change(envelope))
                : delivery;
    }

    private static Delivery.@Nullable Stored stored(Envelope envelope) {
        if (!envelope.hasStored()) {
            return null;
        }
        Stored stored = envelope.getStored();
        return new Delivery.Stored(
                stored.getConversationId(),
                stored.getSeq(),
                stored.getMessageId(),
                switch (stored.getToSendingDevice()) {
                    case TO_SENDING_DEVICE_UNSPECIFIED, UNRECOGNIZED -> Delivery.ToSendingDevice.NOTHING;
                    case TO_SENDING_DEVICE_ACK -> Delivery.ToSendingDevice.ACK;
                    case TO_SENDING_DEVICE_MESSAGE -> Delivery.ToSendingDevice.MESSAGE;
                    case TO_SENDING_DEVICE_ACK_AND_MESSAGE -> Delivery.ToSendingDevice.ACK_AND_MESSAGE;
                },
                stored.getSendingDevice(),
                stored.getDuplicate());
    }

    private static @Nullable ConversationFrame change(Envelope envelope) {
        return envelope.hasChange()
                ? ProtobufConversations.readChange(envelope.getChange())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "unknown change " + envelope.getChange().getPayloadCase()))
                : null;
    }
}
