package io.mics.message;

import io.mics.concurrent.PendingWrites;
import io.mics.observe.SpanSink;
import io.mics.observe.TraceBuffer;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.delivery.RemoteDelivery;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Traces messages: into the node's buffer for {@code mics explain}, and as spans to a collector. */
public final class MessageTracer {
    private final TraceBuffer traces;
    private final SpanSink spans;

    public MessageTracer(TraceBuffer traces, SpanSink spans) {
        this.traces = traces;
        this.spans = spans;
    }

    MessageTrace received(Sender sender, Delivery delivery) {
        MessageTrace trace = new MessageTrace(sender, delivery);
        traces.note(sender.tenant().id(), trace);
        return trace;
    }

    /** The end of it; {@code event} says what became of its event. */
    void answered(MessageTrace trace, Delivery delivery, Outcome outcome, String event) {
        trace.answered(outcome, event);
        if (spans.wants()) {
            spans.ended(span(delivery, outcome));
        }
    }

    private static SpanSink.Ended span(Delivery delivery, Outcome outcome) {
        MessageRequest message = delivery.message();
        String failure = switch (outcome) {
            case Outcome.Sent sent -> "";
            case Outcome.Rejected rejected -> "refused";
            case Outcome.Failed failed -> failed.reason();
        };
        return new SpanSink.Ended(
                delivery.traceId(),
                message.getMsgId(),
                false,
                "message",
                System.nanoTime() - delivery.acceptedNanos(),
                failure,
                Map.of(
                        "mics.tenant", message.getTenantId(),
                        "mics.message", message.getMsgId(),
                        "mics.type", message.getMsgType().name()));
    }

    private void note(Delivery delivery, String what, String who, Supplier<String> words) {
        MessageRequest message = delivery.message();
        traces.note(message.getTenantId(), message.getMsgId(), what, who, words);
    }

    /** What devices on other nodes made of a message; those of a user {@code alone} are counted. */
    private void elsewhere(String user, boolean alone, Delivery delivery, RemoteDelivery.Reached reached) {
        boolean delivered = reached.delivered().contains(user);
        String otherwise = reached.notTaken().contains(user) ? "not taken" : "no session";
        int count = reached.devices();
        note(
                delivery,
                "devices on other nodes",
                user,
                () -> delivered ? "delivered" + (alone ? " to " + MessageTrace.devices(0, count) : "") : otherwise);
    }

    /** The devices on other nodes; what becomes of messages to one user is noted. */
    public RemoteDelivery elsewhere(RemoteDelivery devices) {
        return new RemoteDelivery() {
            @Override
            public Reached deliver(List<String> users, Delivery delivery, PendingWrites writes)
                    throws InterruptedException {
                Reached reached = devices.deliver(users, delivery, writes);
                if (delivery.message().getMsgType() == MessageType.SINGLE_CHAT) {
                    users.forEach(user -> elsewhere(user, users.size() == 1, delivery, reached));
                }
                return reached;
            }

            @Override
            public void deliverAnew(List<String> users, Delivery delivery) throws InterruptedException {
                devices.deliverAnew(users, delivery);
            }

            @Override
            public void deliverToEverybody(Delivery delivery) throws InterruptedException {
                devices.deliverToEverybody(delivery);
            }
        };
    }
}
