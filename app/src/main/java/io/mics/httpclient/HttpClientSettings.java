package io.mics.httpclient;

import java.time.Duration;

/**
 * The bounds of the client.
 *
 * @param answerBytes       bytes of answers that are read at one time, all together; 0 is unlimited
 * @param idlePerTarget     connections kept to one backend while nothing is asked of it
 * @param idleInAll         connections kept to all backends while nothing is asked of them
 * @param idleTime          how long such a connection is kept
 */
public record HttpClientSettings(long answerBytes, int idlePerTarget, int idleInAll, Duration idleTime) {
    private static final int SHARE_OF_HEAP = 16;

    /** The bounds where nothing is configured. */
    public static HttpClientSettings defaults(long heapBytes) {
        return new HttpClientSettings(heapBytes / SHARE_OF_HEAP, 256, 1_024, Duration.ofSeconds(30));
    }
}
