package io.mics.store;

import com.google.protobuf.ByteString;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Messages for tests, and what became of them. */
final class Messages {
    private Messages() {}

    static NewMessage message(String tenant, ConversationRef conversation, String sender, String id, String body) {
        return message(tenant, conversation, sender, id, "", body, 1_000);
    }

    static NewMessage message(
            String tenant,
            ConversationRef conversation,
            String sender,
            String id,
            String earlier,
            String body,
            long acceptedMs) {
        return new NewMessage(
                tenant,
                conversation,
                sender,
                "d1",
                id,
                id,
                earlier,
                "text",
                ByteString.copyFromUtf8(body),
                Map.of("h", "v"),
                "trace",
                acceptedMs,
                false);
    }

    static List<NewMessage> many(String tenant, ConversationRef conversation, String sender, String prefix, int count) {
        List<NewMessage> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(message(tenant, conversation, sender, prefix + i, "body " + i));
        }
        return all;
    }

    /** Writes what must be written. */
    static List<Written.Stored> write(MessageWriter writer, List<NewMessage> batch) {
        return switch (writer.write(batch)) {
            case MessageWriter.Result.Committed committed ->
                committed.written().stream().map(Written.Stored.class::cast).toList();
            case MessageWriter.Result.NotCommitted not -> throw new AssertionError(not.cause());
            case MessageWriter.Result.Unknown unknown -> throw new AssertionError(unknown.cause());
        };
    }

    static StoredMessage write(MessageWriter writer, NewMessage message) {
        return write(writer, List.of(message)).getFirst().message();
    }
}
