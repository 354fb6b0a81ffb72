package io.mics.routing.delivery;

import io.mics.proto.node.v1.Deliver;
import io.mics.proto.node.v1.Envelope;
import io.mics.proto.node.v1.NodeCall;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Deliveries as they travel between nodes. */
public final class Envelopes {
    private Envelopes() {}

    /** What a delivery is sent as. */
    public static Envelope of(Delivery delivery) {
        return Envelope.newBuilder()
                .setDeliveryId(delivery.id())
                .setMessage(delivery.message())
                .setContentType(delivery.contentType())
                .setTraceId(delivery.traceId())
                .setAgeMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - delivery.acceptedNanos()))
                .build();
    }

    /** The call that hands a delivery to users of another node. */
    static NodeCall.Builder call(Envelope envelope, Delivery delivery, List<String> users) {
        Deliver.Builder deliver = Deliver.newBuilder().setEnvelope(envelope).addAllUserIds(users);
        NodeCall.Builder call = NodeCall.newBuilder();
        return delivery.isRecall() ? call.setRecall(deliver) : call.setDeliver(deliver);
    }

    /** The delivery that was sent as {@code envelope}, a little older. */
    public static Delivery open(Envelope envelope) {
        return Delivery.fromNode(
                envelope.getMessage(),
                envelope.getContentType(),
                envelope.getTraceId(),
                envelope.getDeliveryId(),
                Duration.ofMillis(envelope.getAgeMs()));
    }
}
