package io.mics.tenant;

import java.time.Duration;

/**
 * What is buffered for a tenant's absent users.
 *
 * @param ttl             how long a message waits; zero is for ever
 * @param messagesPerUser messages buffered for one user; 0 buffers none
 * @param bytesPerUser    bytes of bodies buffered for one user; 0 is unlimited
 * @param usersPerTenant  users for whom something is buffered, least recently written first to go; 0 is unlimited
 * @param useHookPull     messages become OFFLINE_MESSAGE events and are pulled on connect, not buffered here
 * @param keepPulling     devices pull although messages are buffered here: the backend still has some of earlier
 */
public record OfflineSettings(
        Duration ttl,
        int messagesPerUser,
        long bytesPerUser,
        int usersPerTenant,
        boolean useHookPull,
        boolean keepPulling) {

    public static final OfflineSettings DEFAULTS =
            new OfflineSettings(Duration.ofSeconds(300), 128, 1_048_576, 50_000, false, false);
}
