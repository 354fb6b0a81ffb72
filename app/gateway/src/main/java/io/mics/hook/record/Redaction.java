package io.mics.hook.record;

import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.protocol.Conversation;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes out of calls what people wrote and who they are. Texts keep their {@link Shape}; ids that are, or may hold,
 * those of users, devices, groups and messages become hashes under a key that is random and never written, so equal
 * ones are equal under one redaction and mean nothing under another. Used by one thread.
 *
 * <p>So a replay does not see what a hook decides by words; the trace id stays, to find a call in the audit.
 */
final class Redaction {
    private static final String HMAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 12;
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
    private static final String SINGLE = "single:";

    /** Attributes that the gateway itself makes up, of versions and phases. */
    private static final Set<String> OURS = Set.of("feature_version", "message_feature_version", "phase");

    private final Mac mac;

    /** One with a new key. */
    Redaction() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + HMAC, e);
        }
    }

    /** A call that says nothing of its people. */
    HookCall of(HookCall call) {
        String user = user(call);
        return new HookCall(
                call.at(),
                call.hook(),
                call.version(),
                call.transport(),
                context(call.context(), user),
                request(call.request(), user),
                call.outcome().redacted(),
                call.tookMicros());
    }

    /** Who the call names beside its conversation. */
    private static String user(HookCall call) {
        return switch (call.request()) {
            case PreSendRequest draft -> call.context().sender();
            case PostSendRequest sent -> sent.message().sender();
            case DeliveryRequest delivered -> delivered.delivery().userId();
            case RecallRequest.Check asked -> asked.recall().operatorId();
            case RecallRequest.Notify request -> request.recall().operatorId();
        };
    }

    private HookContext context(HookContext c, String user) {
        Map<String, String> attributes = new HashMap<>();
        c.attributes().forEach((name, value) -> attributes.put(name, OURS.contains(name) ? value : Shape.of(value)));
        return new HookContext(
                c.tenant(),
                c.businessType(),
                conversation(c.sessionId(), user),
                c.sessionType(),
                c.messageType(),
                id(c.sender()),
                id(c.device()),
                TRACE.matcher(c.traceId()).matches() ? c.traceId() : id(c.traceId()),
                id(c.idempotencyKey()),
                c.attempt(),
                c.deadline(),
                texts(c.tags()),
                attributes);
    }

    private HookRequest.OfMessage<?> request(HookRequest.OfMessage<?> request, String user) {
        return switch (request) {
            case PreSendRequest it -> new PreSendRequest(draft(it.draft(), user));
            case PostSendRequest it -> new PostSendRequest(message(it.message(), user));
            case DeliveryRequest it -> new DeliveryRequest(delivery(it.delivery()));
            case RecallRequest.Check it -> new RecallRequest.Check(recall(it.recall()));
            case RecallRequest.Notify it -> new RecallRequest.Notify(recall(it.recall()));
        };
    }

    private MessageDraft draft(MessageDraft d, String user) {
        return new MessageDraft(
                id(d.messageId()),
                id(d.clientMessageId()),
                conversation(d.conversationId(), user),
                Shape.of(d.payload()),
                texts(d.headers()),
                texts(d.metadata()));
    }

    private MessageRecord message(MessageRecord m, String user) {
        return new MessageRecord(
                id(m.messageId()),
                id(m.clientMessageId()),
                conversation(m.conversationId(), user),
                id(m.sender()),
                m.sessionType(),
                m.messageType(),
                m.persistedAt(),
                Shape.of(m.payload()),
                texts(m.metadata()));
    }

    private DeliveryEvent delivery(DeliveryEvent d) {
        return new DeliveryEvent(id(d.messageId()), id(d.userId()), d.ackType(), d.timestamp());
    }

    private RecallEvent recall(RecallEvent r) {
        return new RecallEvent(id(r.messageId()), id(r.operatorId()), r.recalledAt(), texts(r.metadata()));
    }

    private static Map<String, String> texts(Map<String, String> values) {
        Map<String, String> shapes = new HashMap<>();
        values.forEach((name, value) -> shapes.put(name, Shape.of(value)));
        return shapes;
    }

    /** With the stand-ins of its people where it says who they are, and in the order that gives. */
    private String conversation(String conversation, String user) {
        return switch (Conversation.parse(conversation, user)) {
            case Conversation.InGroup group -> Conversation.ofGroup(id(group.group()));
            case Conversation.WithUser other -> Conversation.ofUsers(id(user), id(other.user()));
            case Conversation.Unclear unclear ->
                conversation.startsWith(SINGLE) ? SINGLE + id(conversation) : id(conversation);
        };
    }

    private String id(String id) {
        if (id.isEmpty()) {
            return "";
        }
        byte[] hash = mac.doFinal(id.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    }
}
