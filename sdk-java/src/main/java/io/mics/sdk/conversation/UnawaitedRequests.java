package io.mics.sdk.conversation;

import io.mics.proto.message.v1.ClientFrame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests nobody waits for: remembers the last {@value #REMEMBERED}, so that a refusal can say what was refused. */
final class UnawaitedRequests {
    private static final int REMEMBERED = 256;
    private static final String PREFIX = "u";

    /** What was asked, of which conversation. */
    record Asked(String what, String conversation) {}

    private final ConversationLink link;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private long lastId;

    UnawaitedRequests(ConversationLink link) {
        this.link = link;
    }

    /** Asks; false when there is no connection. */
    boolean write(String what, String conversation, Function<String, ClientFrame> request) {
        String id;
        lock.lock();
        try {
            id = PREFIX + ++lastId;
            asked.put(id, new Asked(what, conversation));
            if (asked.size() > REMEMBERED) {
                asked.remove(asked.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
        return link.write(request.apply(id));
    }

    /** What was refused; null when it is none of these. */
    @Nullable
    Asked refused(String requestId) {
        lock.lock();
        try {
            return asked.remove(requestId);
        } finally {
            lock.unlock();
        }
    }
}
