package io.mics.httpclient;

import java.time.Duration;

/**
 * The bounds of the client.
 *
 * @param answerBytes       bytes of answers that are read at one time, all together; 0 is unlimited
 * @param idlePerTarget     idle connections to one backend
 * @param idleInAll         idle connections to all backends
 * @param idleTime          how long such a connection stays open
 */
public record HttpClientSettings(long answerBytes, int idlePerTarget, int idleInAll, Duration idleTime) {
    private static final int SHARE_OF_HEAP = 16;
    private static final long REUSABLE_MAX = 32L << 20;
    private static final long REUSABLE_FROM = 16L << 20;

    /** Bytes of large answers that are over, for answers to come; none on a small heap. */
    public long reusableBytes() {
        if (answerBytes == 0) {
            return REUSABLE_MAX;
        }
        return answerBytes < REUSABLE_FROM ? 0 : Math.min(REUSABLE_MAX, answerBytes / 2);
    }

    /** The bounds where nothing is configured. */
    public static HttpClientSettings defaults(long heapBytes) {
        return new HttpClientSettings(heapBytes / SHARE_OF_HEAP, 256, 1_024, Duration.ofSeconds(30));
    }
}
