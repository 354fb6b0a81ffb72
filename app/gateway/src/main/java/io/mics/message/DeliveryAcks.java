package io.mics.message;

import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.HookEvents;
import io.mics.protocol.Conversation;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.IdRule;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.sdk.plugin.DeliveryEvent;
import java.time.Instant;
import java.util.Optional;

/** Handles a device's acknowledgement that it has shown messages: notifies delivery hooks. */
public final class DeliveryAcks {
    /** Messages of one frame. */
    public static final int MOST_IDS = 256;

    private final HookEventLog hookEvents;

    public DeliveryAcks(HookEventLog hookEvents) {
        this.hookEvents = hookEvents;
    }

    /** Takes all of a frame or, when something in it is wrong, nothing; says what is wrong. */
    public Optional<OutboundFrame> take(Sender sender, InboundFrame.DeliveryAck ack) {
        if (ack.msgIds().isEmpty() || ack.msgIds().size() > MOST_IDS) {
            return Optional.of(invalid("1 to " + MOST_IDS + " message ids in one frame", "messageIds"));
        }
        if (!ack.msgIds().stream().allMatch(IdRule::allowsMessageId)) {
            return Optional.of(invalid("a message id has 1 to 128 printable characters", "messageIds"));
        }
        String conversation = "";
        if (!ack.conversation().isEmpty()) {
            switch (Conversation.parse(ack.conversation(), sender.user())) {
                case Conversation.WithUser with -> conversation = Conversation.ofUsers(sender.user(), with.user());
                case Conversation.InGroup in -> conversation = Conversation.ofGroup(in.group());
                case Conversation.Unclear unclear -> {
                    return Optional.of(invalid(unclear.why(), "conversationId"));
                }
            }
        }
        Instant now = Instant.now();
        for (String id : ack.msgIds()) {
            hookEvents.publish(HookEvents.delivered(
                    sender.tenant().id(),
                    conversation,
                    sender.device(),
                    sender.traceId(),
                    new DeliveryEvent(id, sender.user(), "client", now)));
        }
        return Optional.empty();
    }

    private static OutboundFrame invalid(String why, String field) {
        return new OutboundFrame.Failure(ErrorCode.INVALID, why, field);
    }
}
