package io.mics.pipeline.log;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.mics.conversation.NewMessage;
import io.mics.proto.log.v1.LogRecord;
import io.mics.protocol.ConversationRef;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Messages as records of the upstream log, and back. What the body is not stands in the record's header; headers that
 * the sender gave have {@code h.} in front of their names. A header that is not known, of a later version, is ignored;
 * a record without one that every message has is not read.
 */
public final class LogRecords {
    static final String TENANT = "tenant";
    static final String CONVERSATION = "conversation";
    static final String SENDER = "sender";
    static final String DEVICE = "device";
    static final String CLIENT_MSG_ID = "client_msg_id";
    static final String DEDUP_KEY = "dedup_key";
    static final String EARLIER_KEY = "earlier_key";
    static final String CONTENT_TYPE = "content_type";
    static final String ACCEPTED_MS = "accepted_ms";
    static final String ECHOED = "echoed";
    static final String OF_SENDER = "h.";

    private static final String TRUE = "true";

    private LogRecords() {}

    /** What was in a record. */
    public sealed interface Read {
        /** A message. */
        record Message(NewMessage message) implements Read {}

        /**
         * Nothing that can be stored.
         *
         * @param cause for the log; quotes nothing of the record
         */
        record Unreadable(String cause) implements Read {}
    }

    /** A message as the value of a record. */
    public static byte[] write(NewMessage message) {
        LogRecord.Builder record = LogRecord.newBuilder()
                .setTraceId(message.traceId())
                .setBody(message.body())
                .putHeader(TENANT, message.tenant())
                .putHeader(CONVERSATION, message.conversation().id())
                .putHeader(SENDER, message.sender())
                .putHeader(CLIENT_MSG_ID, message.clientMsgId())
                .putHeader(DEDUP_KEY, message.dedupKey())
                .putHeader(ACCEPTED_MS, Long.toString(message.acceptedMs()));
        putKnown(record, DEVICE, message.device());
        putKnown(record, EARLIER_KEY, message.earlierKey());
        putKnown(record, CONTENT_TYPE, message.contentType());
        putKnown(record, ECHOED, message.echoed() ? TRUE : "");
        message.headers().forEach((name, value) -> record.putHeader(OF_SENDER + name, value));
        return record.build().toByteArray();
    }

    private static void putKnown(LogRecord.Builder record, String name, String value) {
        if (!value.isEmpty()) {
            record.putHeader(name, value);
        }
    }

    /** Reads the value of a record of {@code tenant}'s log; the message's body is a part of that array. */
    public static Read read(String tenant, byte[] value) {
        LogRecord record;
        try {
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
            input.enableAliasing(true);
            record = LogRecord.parseFrom(input);
            input.checkLastTagWas(0);
        } catch (IOException e) {
            return new Read.Unreadable("is no LogRecord");
        }
        Fields fields = new Fields(record);
        if (!fields.problem.isEmpty()) {
            return new Read.Unreadable(fields.problem);
        }
        if (!fields.text(TENANT).equals(tenant)) {
            return new Read.Unreadable("is of another tenant");
        }
        Optional<ConversationRef> conversation = ConversationRef.ofId(fields.text(CONVERSATION));
        if (conversation.isEmpty()) {
            return new Read.Unreadable("header conversation is no id of a conversation");
        }
        return new Read.Message(new NewMessage(
                tenant,
                conversation.get(),
                fields.text(SENDER),
                fields.text(DEVICE),
                fields.text(CLIENT_MSG_ID),
                fields.text(DEDUP_KEY),
                fields.text(EARLIER_KEY),
                fields.text(CONTENT_TYPE),
                record.getBody(),
                fields.ofSender,
                record.getTraceId(),
                fields.acceptedMs,
                fields.text(ECHOED).equals(TRUE)));
    }

    /** The header of a record, and what is wrong with it. */
    private static final class Fields {
        private final Map<String, String> ours = new HashMap<>();
        private final Map<String, String> ofSender = new HashMap<>();
        private long acceptedMs;
        private String problem = "";

        Fields(LogRecord record) {
            record.getHeaderMap().forEach(this::take);
            for (String needed : new String[] {TENANT, CONVERSATION, SENDER, CLIENT_MSG_ID, DEDUP_KEY, ACCEPTED_MS}) {
                if (text(needed).isEmpty()) {
                    problem = "header " + needed + " is missing";
                    return;
                }
            }
            try {
                acceptedMs = Long.parseLong(text(ACCEPTED_MS));
            } catch (NumberFormatException e) {
                problem = "header accepted_ms is no number";
            }
        }

        private void take(String name, String value) {
            if (name.startsWith(OF_SENDER)) {
                ofSender.put(name.substring(OF_SENDER.length()), value);
                return;
            }
            switch (name) {
                case TENANT, CONVERSATION, SENDER, DEVICE, CLIENT_MSG_ID, DEDUP_KEY, EARLIER_KEY, CONTENT_TYPE ->
                    ours.put(name, value);
                case ACCEPTED_MS, ECHOED -> ours.put(name, value);
                case String later -> {}
            }
        }

        String text(String name) {
            return ours.getOrDefault(name, "");
        }
    }
}
