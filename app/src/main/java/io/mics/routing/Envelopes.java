package io.mics.routing;

import io.mics.proto.node.v1.Envelope;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Deliveries as they travel between nodes. */
final class Envelopes {
    private Envelopes() {}

    static Envelope of(Delivery delivery) {
        return Envelope.newBuilder()
                .setDeliveryId(delivery.id())
                .setMessage(delivery.message())
                .setContentType(delivery.contentType())
                .setTraceId(delivery.traceId())
                .setAgeMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - delivery.acceptedNanos()))
                .build();
    }

    static Delivery open(Envelope envelope) {
        return Delivery.fromElsewhere(
                envelope.getMessage(),
                envelope.getContentType(),
                envelope.getTraceId(),
                envelope.getDeliveryId(),
                Duration.ofMillis(envelope.getAgeMs()));
    }
}
