package io.mics.routing;

import io.mics.proto.node.v1.SentMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one device sent lately and was told is sent, so that the node it moves to recognises a resend. Bounded; the
 * oldest is forgotten first.
 */
public class RecentSends {
    /** For a node alone: nothing is remembered, nobody asks. */
    public static final RecentSends NONE = new RecentSends() {
        @Override
        public void add(String msgId, long content, long nanos) {
            // a device has nowhere else to go
        }
    };

    private static final int MOST = 128;

    private record Sent(String msgId, long content, long nanos) {}

    private final Deque<Sent> sent = new ArrayDeque<>(0);

    /** A message was accepted whose attempt began at {@code nanos}. */
    public void add(String msgId, long content, long nanos) {
        synchronized (sent) {
            if (sent.size() == MOST) {
                sent.remove();
            }
            sent.add(new Sent(msgId, content, nanos));
        }
    }

    /** Whether nothing is remembered. */
    public boolean isEmpty() {
        synchronized (sent) {
            return sent.isEmpty();
        }
    }

    /** What is remembered, oldest first. */
    public List<SentMessage> toList() {
        long now = System.nanoTime();
        synchronized (sent) {
            return sent.stream()
                    .map(one -> SentMessage.newBuilder()
                            .setMsgId(one.msgId())
                            .setContent(one.content())
                            .setAgeMs(TimeUnit.NANOSECONDS.toMillis(now - one.nanos()))
                            .build())
                    .toList();
        }
    }
}
