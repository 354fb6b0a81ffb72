package io.mics.loadtest.cluster;

import java.time.Duration;

/**
 * What each device does.
 *
 * @param seed       decides targets, pauses and absences
 * @param perSecond  messages each device sends per second
 * @param window     messages each device may have unacknowledged
 * @param groupShare how many of a hundred messages go to a group
 * @param awayShare  how many of a hundred users have devices that leave now and then
 * @param ackTimeout after which a message is sent again
 */
record Workload(long seed, double perSecond, int window, int groupShare, int awayShare, Duration ackTimeout) {
    /** What suits two shared cores: about 1 200 messages a second from {@code Cast.Size.SMALL}. */
    static Workload of(long seed, double perSecond) {
        return new Workload(seed, perSecond, 4, 10, 15, Duration.ofSeconds(2));
    }

    long pauseNanos() {
        return (long) (1e9 / perSecond);
    }
}
