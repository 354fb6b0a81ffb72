package io.mics.conversation;

import com.google.protobuf.ByteString;
import io.mics.hook.SendDecision;
import io.mics.message.PreSend;
import io.mics.message.Sender;
import io.mics.observe.Log;
import io.mics.observe.TraceBuffer;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationFrame.Level;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.IdRule;
import io.mics.protocol.OutboundFrame;
import io.mics.tenant.DurableSettings;
import io.mics.timer.TimingWheel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends to a durable conversation: validate, limit, ask who may, ask the hooks, append to the log. The reader goes on
 * with the next frame while the log works; the acknowledgement follows in order.
 */
public final class SendToConversation {
    private static final Log LOG = Log.of(SendToConversation.class);
    private static final int MOST_CONTENT_TYPE = 64;
    private static final int MOST_HEADERS = 16;
    private static final int MOST_HEADER_NAME = 64;
    private static final int MOST_HEADER_VALUE = 1_024;
    private static final String INVALID_HEADERS = "invalid headers";
    private static final String INVALID_CONTENT_TYPE = "invalid content_type";
    private static final long MINUTE_MS = 60_000;

    /** How long a message that the log has may take to be stored, until its outcome is answered as unknown. */
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Access access;
    private final PreSend hooks;
    private final ConversationLog log;
    private final ConversationMeters.OfTenants meters;
    private final TraceBuffer traces;
    private final TimingWheel wheel;
    private final int maxBodyBytes;

    /**
     * The use case.
     *
     * @param maxBodyBytes of one body; 0 is unlimited
     */
    SendToConversation(
            Access access,
            PreSend hooks,
            ConversationLog log,
            ConversationMeters.OfTenants meters,
            TraceBuffer traces,
            TimingWheel wheel,
            int maxBodyBytes) {
        this.access = access;
        this.hooks = hooks;
        this.log = log;
        this.meters = meters;
        this.traces = traces;
        this.wheel = wheel;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** A message as a client sent it, and what is known of it. */
    private record Draft(
            ConversationRef conversation,
            MessageRequest request,
            String contentType,
            Map<String, String> headers,
            String dedupKey,
            String earlierKey,
            boolean echoed) {}

    /** Sends a {@code SendMessage}, or a message in JSON. */
    void send(Sender sender, ConversationRequest.Send send, AppendWindow window) throws InterruptedException {
        AppendWindow.Entry entry = enter(sender, window);
        String refusal = refusal(send.clientMsgId(), AckReason.INVALID_CLIENT_MSG_ID, send.body());
        if (refusal.isEmpty() && !isText(send.contentType(), MOST_CONTENT_TYPE)) {
            refusal = INVALID_CONTENT_TYPE;
        }
        if (refusal.isEmpty() && !allows(send.headers())) {
            refusal = INVALID_HEADERS;
        }
        if (!refusal.isEmpty()) {
            entry.acknowledge(refused(sender, send.clientMsgId(), 0, refusal));
            return;
        }
        switch (Access.parse(sender, send.conversation())) {
            case Access.Decision.Refused refused ->
                entry.acknowledge(refused(sender, send.clientMsgId(), 0, refused.reason()));
            case Access.Decision.Allowed allowed ->
                send(
                        sender,
                        new Draft(
                                allowed.conversation(),
                                request(sender, send, allowed.conversation()),
                                send.contentType(),
                                send.headers(),
                                send.clientMsgId(),
                                "",
                                false),
                        entry);
        }
    }

    /** Sends a message of the first protocol; {@code message} is stamped with its sender. */
    void send(Sender sender, MessageRequest message, String contentType, AppendWindow window)
            throws InterruptedException {
        AppendWindow.Entry entry = enter(sender, window);
        boolean group = message.getMsgType() == MessageType.GROUP_CHAT;
        String target = group ? message.getGroupId() : message.getToUserId();
        String refusal = refusal(message.getMsgId(), AckReason.INVALID_MSG_ID, message.getMsgBody());
        if (refusal.isEmpty() && message.getMsgType() == MessageType.UNRECOGNIZED) {
            refusal = AckReason.INVALID_TYPE;
        }
        if (refusal.isEmpty() && target.isEmpty()) {
            refusal = group ? AckReason.MISSING_GROUP : AckReason.MISSING_TO_USER;
        }
        boolean nameable = group || (ConversationRef.isPlain(target) && ConversationRef.isPlain(sender.user()));
        if (refusal.isEmpty() && !(nameable && sender.tenant().ids().allows(target))) {
            refusal = group ? AckReason.INVALID_GROUP : AckReason.INVALID_TO_USER;
        }
        if (!refusal.isEmpty()) {
            entry.acknowledge(refused(sender, message.getMsgId(), 0, refusal));
            return;
        }
        ConversationRef conversation =
                group ? new ConversationRef.Group(target) : ConversationRef.ofUsers(sender.user(), target);
        long minute = System.currentTimeMillis() / MINUTE_MS;
        String content = String.join("\n", sender.device(), message.getMsgId(), digest(message.getMsgBody()));
        boolean echoed = group && sender.tenant().settings().echoToSender();
        send(
                sender,
                new Draft(
                        conversation,
                        message,
                        contentType,
                        Map.of(),
                        content + "\n" + minute,
                        content + "\n" + (minute - 1),
                        echoed),
                entry);
    }

    /** Takes the message's place; what waits to be written does not wait for the log. */
    private static AppendWindow.Entry enter(Sender sender, AppendWindow window) throws InterruptedException {
        if (window.isFull()) {
            sender.writes().start();
        }
        return window.next();
    }

    private void send(Sender sender, Draft draft, AppendWindow.Entry entry) throws InterruptedException {
        String name = draft.request().getMsgId();
        SendTrace trace = new SendTrace(sender, draft.request(), draft.conversation());
        traces.note(sender.tenant().id(), trace);
        OutboundFrame.Ack ack;
        try {
            meters.of(sender.tenant()).in(draft.conversation()).increment();
            if (!sender.tenant().limits().messages().tryTake()) {
                ack = refused(sender, name, 0, AckReason.QPS_LIMITED);
            } else if (access.toWrite(sender, draft.conversation()) instanceof Access.Decision.Refused refused) {
                ack = refused(sender, name, 0, refused.reason());
            } else {
                switch (ask(sender, draft)) {
                    case SendDecision.Denied denied -> ack = refused(sender, name, denied.code(), denied.reason());
                    case SendDecision.Allowed allowed -> {
                        append(sender, draft, allowed.message(), entry, trace);
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            LOG.error("message_failed", e, "tenant", sender.tenant().id(), "msgId", name, "traceId", sender.traceId());
            ack = failed(name, 0, AckReason.INTERNAL_ERROR);
        } catch (InterruptedException e) {
            entry.acknowledge(failed(name, 0, AckReason.OUTCOME_UNKNOWN));
            throw e;
        }
        trace.refused(ack.reason());
        entry.acknowledge(ack);
    }

    private SendDecision ask(Sender sender, Draft draft) throws InterruptedException {
        Semaphore permits = sender.tenant().limits().sends();
        if (!sender.acquire(permits)) {
            return new SendDecision.Denied(AckReason.TENANT_BUSY);
        }
        try {
            return hooks.ask(sender, new Delivery(draft.request(), draft.contentType(), sender.traceId(), 0));
        } finally {
            permits.release();
        }
    }

    private void append(Sender sender, Draft draft, MessageRequest passed, AppendWindow.Entry entry, SendTrace trace)
            throws InterruptedException {
        NewMessage message = new NewMessage(
                sender.tenant().id(),
                draft.conversation(),
                sender.user(),
                sender.device(),
                passed.getMsgId(),
                draft.dedupKey(),
                draft.earlierKey(),
                draft.contentType(),
                passed.getMsgBody(),
                draft.headers(),
                sender.traceId(),
                System.currentTimeMillis(),
                draft.echoed());
        ConversationMeters count = meters.of(sender.tenant());
        boolean untilStored = sender.tenant().settings().durable().ack() == DurableSettings.Ack.PERSISTED;
        if (untilStored || !message.isOfFirstProtocol()) {
            entry.of(message.conversation().id(), message.clientMsgId());
        }
        // the log may have no room: neither what waits to be written nor the tenant's other connections wait for that
        sender.writes().start();
        long start = System.nanoTime();
        log.append(message, outcome -> {
            count.appendDuration.recordSince(start);
            count.outcome(outcome).increment();
            trace.appended(log, outcome, untilStored);
            if (untilStored && outcome instanceof ConversationLog.Outcome.Accepted) {
                entry.acknowledgeAfter(
                        wheel, DOUBT_NANOS, () -> failed(message.clientMsgId(), 0, AckReason.OUTCOME_UNKNOWN));
            } else {
                entry.acknowledge(ack(message, outcome));
            }
        });
    }

    static OutboundFrame ack(NewMessage message, ConversationLog.Outcome outcome) {
        String name = message.clientMsgId();
        String conversation = message.conversation().id();
        long now = System.currentTimeMillis();
        return switch (outcome) {
            case ConversationLog.Outcome.Accepted accepted ->
                new ConversationFrame.Ack(name, conversation, Level.ACCEPTED, 0, 0, false, now);
            case ConversationLog.Outcome.Stored stored ->
                new ConversationFrame.Ack(
                        name, conversation, Level.PERSISTED, stored.seq(), stored.messageId(), stored.duplicate(), now);
            case ConversationLog.Outcome.Unavailable away -> failed(name, 0, AckReason.LOG_UNAVAILABLE);
            case ConversationLog.Outcome.Refused refused -> failed(name, 0, reason(refused.reason()));
            case ConversationLog.Outcome.Unknown unknown -> failed(name, 0, AckReason.OUTCOME_UNKNOWN);
        };
    }

    private static String reason(ConversationLog.Outcome.Refused.Reason reason) {
        return switch (reason) {
            case TOO_LARGE -> AckReason.BODY_TOO_LARGE;
            case NOT_STORABLE -> AckReason.NOT_STORABLE;
        };
    }

    private OutboundFrame.Ack refused(Sender sender, String name, int code, String reason) {
        meters.of(sender.tenant()).rejected(reason).increment();
        return failed(name, code, reason);
    }

    private static OutboundFrame.Ack failed(String name, int code, String reason) {
        return new OutboundFrame.Ack(name, false, code, reason, System.currentTimeMillis(), OutboundFrame.Reach.NONE);
    }

    private String refusal(String name, String invalidName, ByteString body) {
        if (!IdRule.allowsMessageId(name)) {
            return invalidName;
        }
        if (body.isEmpty()) {
            return AckReason.EMPTY_BODY;
        }
        return maxBodyBytes > 0 && body.size() > maxBodyBytes ? AckReason.BODY_TOO_LARGE : AckReason.NONE;
    }

    /** What a database takes as it is: no U+0000, no half of a surrogate pair. */
    private static boolean isText(String text, int most) {
        return text.length() <= most && IdRule.isStorable(text);
    }

    private static String digest(ByteString body) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            body.asReadOnlyByteBufferList().forEach(hash::update);
            return HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static boolean allows(Map<String, String> headers) {
        return headers.size() <= MOST_HEADERS
                && headers.entrySet().stream()
                        .allMatch(header -> !header.getKey().isEmpty()
                                && isText(header.getKey(), MOST_HEADER_NAME)
                                && isText(header.getValue(), MOST_HEADER_VALUE));
    }

    /** The message as hooks know it. */
    private static MessageRequest request(Sender sender, ConversationRequest.Send send, ConversationRef conversation) {
        MessageRequest.Builder request = MessageRequest.newBuilder()
                .setTenantId(sender.tenant().id())
                .setUserId(sender.user())
                .setDeviceId(sender.device())
                .setMsgId(send.clientMsgId())
                .setMsgBody(send.body())
                .setTimestampMs(System.currentTimeMillis());
        return switch (conversation) {
            case ConversationRef.Single single ->
                request.setMsgType(MessageType.SINGLE_CHAT)
                        .setToUserId(single.other(sender.user()))
                        .build();
            case ConversationRef.Group group ->
                request.setMsgType(MessageType.GROUP_CHAT)
                        .setGroupId(group.group())
                        .build();
            case ConversationRef.World world ->
                request.setMsgType(MessageType.GROUP_CHAT)
                        .setGroupId(world.id())
                        .build();
        };
    }
}
