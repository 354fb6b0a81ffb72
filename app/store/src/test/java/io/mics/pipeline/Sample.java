package io.mics.pipeline;

import com.google.protobuf.ByteString;
import io.mics.conversation.Distributed;
import io.mics.conversation.NewMessage;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.Map;

/** Messages for tests. */
public final class Sample {
    public static final String TRACE = "0123456789abcdef0123456789abcdef";

    /** What a distribution of a test answers. */
    static final Distributed DONE = new Distributed.Reached(2, 1, 1, 0);

    static final Distributed LATER = new Distributed.Later("planted");

    private Sample() {}

    public static NewMessage message(String tenant, String group, String id) {
        return message(tenant, group, id, ByteString.copyFromUtf8("body of " + id));
    }

    public static NewMessage message(String tenant, String group, String id, ByteString body) {
        return new NewMessage(
                tenant,
                new ConversationRef.Group(group),
                "u1",
                "d1",
                id,
                id,
                "",
                "text",
                body,
                Map.of(),
                TRACE,
                1_700_000_000_000L,
                false);
    }

    public static StoredMessage stored(NewMessage message, long seq, long messageId) {
        return new StoredMessage(
                message.conversation(),
                seq,
                messageId,
                message.sender(),
                message.device(),
                message.clientMsgId(),
                message.contentType(),
                message.body(),
                message.headers(),
                message.acceptedMs(),
                0,
                0,
                0);
    }
}
