package io.mics.routing;

import io.mics.proto.node.v1.SentMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one device sent lately and was told is sent, so that the node it moves to recognises a resend. Bounded; the
 * oldest is forgotten first.
 */
public class RecentSends {
    /** For a node alone: nothing is remembered, nobody asks. */
    public static final RecentSends NONE = new RecentSends() {
        @Override
        public void begun(String msgId, long content, long nanos, long delivery) {
            // a device has nowhere else to go
        }

        @Override
        public void ended(boolean accepted) {
            // nobody asks
        }
    };

    private static final int MOST = 128;

    private record Sent(String msgId, long content, long nanos, long delivery) {
        SentMessage toMessage(long now, boolean accepted) {
            return SentMessage.newBuilder()
                    .setMsgId(msgId)
                    .setContent(content)
                    .setAgeMs(TimeUnit.NANOSECONDS.toMillis(now - nanos))
                    .setAttempt(accepted ? 0 : delivery)
                    .build();
        }
    }

    private final Deque<Sent> sent = new ArrayDeque<>(0);
    /** The message in hand; a device's are handled one at a time. */
    private @Nullable Sent current;

    /** An attempt begins, at {@code nanos} and under the identity {@code delivery}. */
    public void begun(String msgId, long content, long nanos, long delivery) {
        synchronized (sent) {
            current = new Sent(msgId, content, nanos, delivery);
        }
    }

    /** The attempt begun last has ended. */
    public void ended(boolean accepted) {
        synchronized (sent) {
            Sent ended = current;
            current = null;
            if (accepted && ended != null) {
                if (sent.size() == MOST) {
                    sent.remove();
                }
                sent.add(ended);
            }
        }
    }

    /** Whether nothing is remembered. */
    public boolean isEmpty() {
        synchronized (sent) {
            return sent.isEmpty() && current == null;
        }
    }

    /** What is remembered, oldest first. */
    public List<SentMessage> toList() {
        long now = System.nanoTime();
        synchronized (sent) {
            List<SentMessage> all = new ArrayList<>(sent.size() + 1);
            sent.forEach(one -> all.add(one.toMessage(now, true)));
            if (current != null) {
                all.add(current.toMessage(now, false));
            }
            return all;
        }
    }
}
