package io.mics.hook.grpc;

import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.mics.proto.flare.hooks.v1.HookDeliveryEvent;
import io.mics.proto.flare.hooks.v1.HookMessageDraft;
import io.mics.proto.flare.hooks.v1.HookRecallEvent;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** The parts of requests and answers that every contract has alike. Payloads are wrapped, not copied. */
final class FlareParts {
    private FlareParts() {}

    static HookMessageDraft draft(MessageDraft draft) {
        return HookMessageDraft.newBuilder()
                .setMessageId(draft.messageId())
                .setClientMessageId(draft.clientMessageId())
                .setConversationId(draft.conversationId())
                .setPayload(UnsafeByteOperations.unsafeWrap(draft.payload()))
                .putAllHeaders(draft.headers())
                .putAllMetadata(draft.metadata())
                .build();
    }

    static HookMessageDraft draft(MessageRecord message) {
        return HookMessageDraft.newBuilder()
                .setMessageId(message.messageId())
                .setClientMessageId(message.clientMessageId())
                .setConversationId(message.conversationId())
                .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()))
                .putAllMetadata(message.metadata())
                .build();
    }

    static HookDeliveryEvent event(DeliveryEvent delivery) {
        return HookDeliveryEvent.newBuilder()
                .setMessageId(delivery.messageId())
                .setUserId(delivery.userId())
                .setChannel(delivery.ackType())
                .setDeliveredAt(timestamp(delivery.timestamp()))
                .putMetadata("ack_type", delivery.ackType())
                .build();
    }

    static HookRecallEvent event(RecallEvent recall) {
        return HookRecallEvent.newBuilder()
                .setMessageId(recall.messageId())
                .setOperatorId(recall.operatorId())
                .setRecalledAt(timestamp(recall.recalledAt()))
                .putAllMetadata(recall.metadata())
                .build();
    }

    /** A message that may go: a returned draft replaces payload, headers and metadata, and ids that are not empty. */
    static HookResult allowed(MessageDraft sent, boolean changed, HookMessageDraft answer, Map<String, String> tags) {
        return new HookResult.Continue(changed ? changed(sent, answer) : sent, tags);
    }

    private static MessageDraft changed(MessageDraft sent, HookMessageDraft answer) {
        return new MessageDraft(
                given(answer.getMessageId(), sent.messageId()),
                given(answer.getClientMessageId(), sent.clientMessageId()),
                given(answer.getConversationId(), sent.conversationId()),
                answer.getPayload().toByteArray(),
                answer.getHeadersMap(),
                answer.getMetadataMap());
    }

    private static String given(String answer, String sent) {
        return answer.isEmpty() ? sent : answer;
    }

    /** A status code by its name, in lower case and without its prefix. */
    static String name(Enum<?> code) {
        return code.name().replace("ERROR_CODE_", "").toLowerCase(Locale.ROOT);
    }

    static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
