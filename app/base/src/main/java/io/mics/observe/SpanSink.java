package io.mics.observe;

import java.util.HexFormat;
import java.util.Map;

/** Takes note of what took time, for whoever draws it; must not block. */
public interface SpanSink {
    /** Nobody draws it. */
    SpanSink NONE = new SpanSink() {
        @Override
        public void ended(Ended span) {}

        @Override
        public boolean wants() {
            return false;
        }
    };

    /** Something has just ended. */
    void ended(Ended span);

    /** Whether anybody receives spans. */
    default boolean wants() {
        return true;
    }

    /**
     * Something that took time.
     *
     * @param traceId    32 lower-case hex digits
     * @param msgId      the message it was, or was for
     * @param child      whether it was done for the message, and was not the message itself
     * @param name       what it was
     * @param tookNanos  how long
     * @param failure    why it failed, in plain words; empty when it did not
     * @param attributes more about it; never a body
     */
    record Ended(
            String traceId,
            String msgId,
            boolean child,
            String name,
            long tookNanos,
            String failure,
            Map<String, String> attributes) {
        private static final long FNV_OFFSET = 0xcbf29ce484222325L;
        private static final long FNV_PRIME = 0x100000001b3L;

        /** The id of the message's own span: the same for everything of one message and trace. */
        String messageSpan() {
            long hash = FNV_OFFSET;
            String named = traceId + msgId;
            for (int i = 0; i < named.length(); i++) {
                hash = (hash ^ named.charAt(i)) * FNV_PRIME;
            }
            return HexFormat.of().toHexDigits(hash == 0 ? 1 : hash);
        }
    }
}
