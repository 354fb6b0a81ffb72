package io.mics.message;

import io.mics.observe.MessageTrail;
import io.mics.observe.SpanSink;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Delivery;
import io.mics.routing.GroupFanOut;
import io.mics.routing.LocalDelivery;
import io.mics.routing.PendingWrites;
import io.mics.routing.RemoteDelivery;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A message's way through this node, step by step, for whoever looks for it later. What is noted is made into words
 * when somebody looks, and holds on to no body and no session.
 */
public final class MessageSteps {
    private final MessageTrail trail;
    private final SpanSink spans;

    public MessageSteps(MessageTrail trail, SpanSink spans) {
        this.trail = trail;
        this.spans = spans;
    }

    void received(Sender sender, Delivery delivery) {
        MessageRequest message = delivery.message();
        boolean group = message.getMsgType() == MessageType.GROUP_CHAT;
        String to = group ? message.getGroupId() : message.getToUserId();
        int bytes = message.getMsgBody().size();
        String device = sender.device();
        String trace = sender.traceId();
        sender.lastStep(trail.note(
                message.getTenantId(),
                message.getMsgId(),
                "received",
                sender.user(),
                () -> "from device " + device + " to " + (group ? "group " : "user ") + to + ", " + bytes
                        + " bytes, trace " + trace));
    }

    void fannedOut(Sender sender, String group, int members, GroupFanOut.Result result) {
        int delivered = result.delivered();
        int offline = result.offline().size();
        int notTaken = result.notTaken().size();
        then(
                sender,
                "fanned out",
                group,
                () -> members + " members: delivered to " + delivered + ", offline " + offline + ", not taken "
                        + notTaken);
    }

    /** What devices everywhere made of a message to one user. */
    void reached(Sender sender, String user, LocalDelivery.Outcome outcome) {
        then(
                sender,
                "devices",
                user,
                () -> outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    void kept(Sender sender, String user, boolean kept) {
        then(sender, "kept for later", user, () -> kept ? "yes" : "no");
    }

    /** The end of it; {@code event} says what became of its event. */
    void answered(Sender sender, Delivery delivery, Outcome outcome, String event) {
        if (spans.wants()) {
            spans.ended(span(delivery, outcome));
        }
        then(sender, "answered", sender.device(), () -> words(outcome) + "; event " + event);
        sender.lastStep(MessageTrail.Step.NONE);
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Sent sent -> "SENT";
            case Outcome.Rejected rejected -> "FAILED, refused: " + rejected.reason();
            case Outcome.Failed failed -> "FAILED: " + failed.reason();
        };
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

    private void then(Sender sender, String what, String who, Supplier<String> words) {
        sender.lastStep(trail.then(sender.lastStep(), what, who, words));
    }

    private void note(Delivery delivery, String what, String who, Supplier<String> words) {
        MessageRequest message = delivery.message();
        trail.note(message.getTenantId(), message.getMsgId(), what, who, words);
    }

    /** The devices on other nodes; what becomes of messages to one user is noted. */
    public RemoteDelivery elsewhere(RemoteDelivery devices) {
        return new RemoteDelivery() {
            @Override
            public Reached deliver(List<String> users, Delivery delivery, PendingWrites writes)
                    throws InterruptedException {
                Reached reached = devices.deliver(users, delivery, writes);
                if (delivery.message().getMsgType() == MessageType.SINGLE_CHAT) {
                    String user = users.getFirst();
                    boolean delivered = reached.delivered().contains(user);
                    String otherwise = reached.notTaken().contains(user) ? "not taken" : "no session";
                    note(delivery, "devices on other nodes", user, () -> delivered ? "delivered" : otherwise);
                }
                return reached;
            }

            @Override
            public void deliverAnew(List<String> users, Delivery delivery) throws InterruptedException {
                devices.deliverAnew(users, delivery);
            }
        };
    }
}
