package io.mics.tenant;

/**
 * What one tenant may use; 0 is unlimited everywhere.
 *
 * @param connections       connections at one time
 * @param devicesPerUser    devices of one user at one time
 * @param messagesPerSecond messages received per second; one second's worth may come at once
 * @param concurrentSends   messages in flight
 * @param concurrentFanouts group messages in flight
 */
public record LimitSettings(
        int connections, int devicesPerUser, int messagesPerSecond, int concurrentSends, int concurrentFanouts) {

    public static final LimitSettings DEFAULTS = new LimitSettings(0, 0, 0, 1_000, 16);
}
