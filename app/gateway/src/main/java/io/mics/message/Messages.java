package io.mics.message;

import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.node.v1.SentMessage;
import io.mics.protocol.AckReason;
import io.mics.protocol.Delivery;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.tenant.Tenant;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Takes a message from a device and answers what became of it. */
public final class Messages {
    private static final Log LOG = Log.of(Messages.class);

    private final SendToUser toUser;
    private final SendToGroup toGroup;
    private final DuplicateWindow duplicates;
    private final MessageIds ids;
    private final MessageEvents events;
    private final MessageTracer tracer;
    private final int maxBodyBytes;
    private final Metrics metrics;
    private final ConcurrentMap<String, MessageMeters> meters;

    public Messages(
            SendToUser toUser,
            SendToGroup toGroup,
            DuplicateWindow duplicates,
            MessageIds ids,
            MessageEvents events,
            MessageTracer tracer,
            int maxBodyBytes,
            Metrics metrics) {
        this.toUser = toUser;
        this.toGroup = toGroup;
        this.duplicates = duplicates;
        this.ids = ids;
        this.events = events;
        this.tracer = tracer;
        this.maxBodyBytes = maxBodyBytes;
        this.metrics = metrics;
        this.meters = metrics.mapPerTenant();
    }

    /** Makes every series of a tenant's messages exist, at 0. */
    public void registerMetrics(Tenant tenant) {
        metersOf(tenant);
    }

    /**
     * Validate, limit, recognise a resend, deliver, publish, answer: in this order, and one at a time per connection.
     *
     * @return the answer; null when there is none, since the device is on another node by now and sends it again there
     */
    public OutboundFrame.@Nullable Ack send(Sender sender, InboundFrame.Chat chat) {
        MessageRequest message = stamped(sender, chat.message());
        MessageMeters count = metersOf(sender.tenant());
        count.in(message.getMsgType()).increment();

        String refusal = Validation.refusal(message, sender.tenant().ids(), maxBodyBytes);
        if (!refusal.isEmpty()) {
            return answer(count, message, new Outcome.Rejected(refusal));
        }
        if (!sender.tenant().limits().messages().tryTake()) {
            count.rateLimited.increment();
            return answer(count, message, new Outcome.Rejected(AckReason.QPS_LIMITED));
        }
        try {
            return switch (duplicates.claim(sender, message)) {
                case DuplicateWindow.Claim.Duplicate duplicate -> {
                    count.duplicates.increment();
                    yield ack(message, true, 0, AckReason.DUPLICATE, OutboundFrame.Reach.NONE);
                }
                case DuplicateWindow.Claim.Undecided undecided ->
                    answer(count, message, new Outcome.Failed(AckReason.TENANT_BUSY));
                case DuplicateWindow.Claim.Moved moved -> null;
                case DuplicateWindow.Claim.First first -> {
                    Delivery delivery = delivery(sender, chat, message, first.attempt());
                    MessageTrace trace = tracer.received(sender, delivery);
                    Attempted attempted = attempt(sender, delivery, trace, count, first.attempt());
                    OutboundFrame.Ack ack = answer(count, message, attempted.outcome());
                    String event = events.publish(sender, attempted, ack.timestampMs());
                    tracer.answered(trace, delivery, attempted.outcome(), event);
                    yield ack;
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answer(count, message, new Outcome.Failed(AckReason.INTERNAL_ERROR));
        }
    }

    private static Delivery delivery(
            Sender sender, InboundFrame.Chat chat, MessageRequest message, DuplicateWindow.Attempt attempt) {
        Delivery delivery = new Delivery(message, chat.contentType(), sender.traceId(), attempt.delivery());
        return attempt.isRepeat() ? delivery.asRedelivery() : delivery;
    }

    /** Remembers what the sender's device sent from the node it was connected to before. */
    public void inherit(Sender sender, List<SentMessage> sent) {
        duplicates.inherit(sender, sent);
    }

    private Attempted attempt(
            Sender sender, Delivery delivery, MessageTrace trace, MessageMeters count, DuplicateWindow.Attempt attempt)
            throws InterruptedException {
        Attempted attempted = new Attempted(new Outcome.Failed(AckReason.INTERNAL_ERROR), delivery);
        try {
            attempted = delivery.message().getMsgType() == MessageType.GROUP_CHAT
                    ? toGroup.send(sender, delivery, trace, count)
                    : toUser.send(sender, delivery, trace);
        } catch (RuntimeException e) {
            LOG.error(
                    "message_failed",
                    e,
                    "tenant",
                    sender.tenant().id(),
                    "user",
                    sender.user(),
                    "msgId",
                    delivery.message().getMsgId(),
                    "traceId",
                    sender.traceId());
        } finally {
            attempt.finish(attempted.outcome() instanceof Outcome.Sent);
        }
        return attempted;
    }

    /** Only what the wire format knows stays: a signature over it must verify after decoding and re-encoding. */
    public MessageRequest stamped(Sender sender, MessageRequest message) {
        return MessageRequest.newBuilder()
                .setTenantId(sender.tenant().id())
                .setUserId(sender.user())
                .setDeviceId(sender.device())
                .setMsgId(message.getMsgId().isEmpty() ? ids.next() : message.getMsgId())
                .setMsgTypeValue(message.getMsgTypeValue())
                .setToUserId(message.getToUserId())
                .setGroupId(message.getGroupId())
                .setMsgBody(message.getMsgBody())
                .setTimestampMs(message.getTimestampMs() == 0 ? System.currentTimeMillis() : message.getTimestampMs())
                .build();
    }

    private static OutboundFrame.Ack answer(MessageMeters count, MessageRequest message, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Sent sent -> ack(message, true, 0, AckReason.NONE, sent.reach());
            case Outcome.Rejected rejected -> {
                count.rejected(rejected.reason()).increment();
                yield ack(message, false, rejected.code(), rejected.reason(), OutboundFrame.Reach.NONE);
            }
            case Outcome.Failed failed -> {
                count.failed.increment();
                yield ack(message, false, 0, failed.reason(), failed.reach());
            }
        };
    }

    private static OutboundFrame.Ack ack(
            MessageRequest message, boolean sent, int code, String reason, OutboundFrame.Reach reach) {
        return new OutboundFrame.Ack(message.getMsgId(), sent, code, reason, System.currentTimeMillis(), reach);
    }

    private MessageMeters metersOf(Tenant tenant) {
        MessageMeters known = meters.get(tenant.id());
        return known != null ? known : meters.computeIfAbsent(tenant.id(), id -> newMeters(tenant));
    }

    private MessageMeters newMeters(Tenant tenant) {
        metrics.gauge(Metric.LIMIT_PERMITS_IN_USE, tenant.limits().sends()::inUse, tenant.id(), "concurrent-sends");
        metrics.gauge(Metric.LIMIT_PERMITS_IN_USE, tenant.limits().fanouts()::inUse, tenant.id(), "concurrent-fanouts");
        return new MessageMeters(metrics, tenant.id());
    }
}
