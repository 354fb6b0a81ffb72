package io.mics.conversation;

import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.HookEvents;
import io.mics.message.Sender;
import io.mics.observe.Log;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.OutboundFrame;
import io.mics.sdk.plugin.DeliveryEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One device's connection to its durable conversations: follows what it asks, on its reader's thread, and has its
 * messages acknowledged in order.
 */
public final class ConversationSession {
    private static final Log LOG = Log.of(ConversationSession.class);
    private static final long TYPING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MOST_TYPING = 64;
    private static final int MOST_ACKNOWLEDGED = 256;

    private final ConversationUseCases useCases;
    private final Sender sender;
    private final Consumer<OutboundFrame> device;
    private final AppendWindow window;
    private volatile CatchUp.Ongoing missed = CatchUp.Ongoing.NOTHING;
    private final Map<ConversationRef, Long> typing = new LinkedHashMap<>();

    ConversationSession(ConversationUseCases useCases, Sender sender, Consumer<OutboundFrame> device) {
        this.useCases = useCases;
        this.sender = sender;
        this.device = device;
        this.window = new AppendWindow(device);
    }

    /** Begins to push what the device missed, unless it turns out to ask for it. */
    public void pushMissed(CatchUp.Device to) {
        missed = useCases.catchUp().begin(sender, to);
    }

    /** Sends a message of the first protocol, stamped with its sender; it is acknowledged later, in order. */
    public void send(MessageRequest message, String contentType) {
        try {
            useCases.send().send(sender, message, contentType, window);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Follows a request; the answer, or null when there is none or it follows later. */
    public @Nullable OutboundFrame handle(ConversationRequest request) {
        try {
            return answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (RuntimeException e) {
            LOG.error(
                    "conversation_request_failed",
                    e,
                    "tenant",
                    sender.tenant().id(),
                    "user",
                    sender.user(),
                    "traceId",
                    sender.traceId());
            return Failures.refused(AckReason.INTERNAL_ERROR, requestId(request));
        }
    }

    private @Nullable OutboundFrame answer(ConversationRequest request) throws InterruptedException {
        if (request instanceof ConversationRequest.Send send) {
            useCases.send().send(sender, send, window);
            return null;
        }
        if (!sender.tenant().limits().messages().tryTake()) {
            return Failures.refused(AckReason.QPS_LIMITED, requestId(request));
        }
        sender.writes().start();
        return switch (request) {
            case ConversationRequest.Send send -> null;
            case ConversationRequest.Sync sync -> {
                missed.syncs();
                yield useCases.read().sync(sender, sync);
            }
            case ConversationRequest.ListConversations list -> {
                missed.syncs();
                yield useCases.read().list(sender, list);
            }
            case ConversationRequest.MarkRead mark -> useCases.change().markRead(sender, mark);
            case ConversationRequest.Recall recall -> useCases.change().recall(sender, recall);
            case ConversationRequest.Edit edit -> useCases.change().edit(sender, edit);
            case ConversationRequest.Hide hide -> useCases.change().hide(sender, hide);
            case ConversationRequest.Clear clear -> useCases.change().clear(sender, clear);
            case ConversationRequest.Typing it -> {
                typing(it);
                yield null;
            }
            case ConversationRequest.Delivered shown -> delivered(shown);
        };
    }

    /** Passes it on once in two seconds for one conversation; who may not write there is not answered. */
    private void typing(ConversationRequest.Typing request) throws InterruptedException {
        if (Access.parse(sender, request.conversation()) instanceof Access.Decision.Allowed named
                && isDue(named.conversation(), System.nanoTime())) {
            useCases.change().typing(sender, named.conversation());
        }
    }

    private boolean isDue(ConversationRef conversation, long now) {
        typing.values().removeIf(last -> now - last >= TYPING_NANOS);
        return typing.size() < MOST_TYPING && typing.putIfAbsent(conversation, now) == null;
    }

    /** Notifies delivery hooks of what the device has shown. */
    private @Nullable OutboundFrame delivered(ConversationRequest.Delivered shown) {
        if (shown.messageIds().size() > MOST_ACKNOWLEDGED) {
            return Failures.invalid("messageIds", "at most " + MOST_ACKNOWLEDGED + " messageIds in one frame", "");
        }
        String conversation = "";
        if (!shown.conversation().isEmpty()) {
            switch (Access.parse(sender, shown.conversation())) {
                case Access.Decision.Allowed named ->
                    conversation = named.conversation().id();
                case Access.Decision.Refused refused -> {
                    return Failures.refused(refused.reason(), "");
                }
            }
        }
        HookEventLog log = useCases.hookEvents();
        Instant now = Instant.now();
        for (long id : shown.messageIds()) {
            log.publish(HookEvents.delivered(
                    sender.tenant().id(),
                    conversation,
                    sender.device(),
                    sender.traceId(),
                    new DeliveryEvent(Long.toString(id), sender.user(), "client", now)));
        }
        return null;
    }

    private static String requestId(ConversationRequest request) {
        return switch (request) {
            case ConversationRequest.Send it -> "";
            case ConversationRequest.Sync it -> it.requestId();
            case ConversationRequest.ListConversations it -> it.requestId();
            case ConversationRequest.MarkRead it -> it.requestId();
            case ConversationRequest.Recall it -> it.requestId();
            case ConversationRequest.Edit it -> it.requestId();
            case ConversationRequest.Hide it -> it.requestId();
            case ConversationRequest.Clear it -> it.requestId();
            case ConversationRequest.Typing it -> "";
            case ConversationRequest.Delivered it -> "";
        };
    }

    /** One of the device's messages was stored: its acknowledgement, if that has waited for it, else word of it. */
    public void stored(ConversationFrame.Ack ack) {
        if (!window.stored(ack)) {
            device.accept(ack);
        }
    }

    /** The connection has ended. */
    public void close() {
        window.close();
        missed.end();
    }
}
