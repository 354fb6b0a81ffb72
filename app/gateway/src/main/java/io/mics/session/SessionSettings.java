package io.mics.session;

import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every session of this node shares.
 *
 * @param node        this node's id
 * @param queueFrames frames one outbound queue holds
 * @param queueBytes  bytes one outbound queue holds; one frame of any size is always taken
 * @param keepalive   between transport-level pings; zero sends none
 * @param writeStall  how long one write may be blocked by the peer until 4430
 * @param storeRefusal why a durable tenant cannot be served here, as its clients get it; empty when it can. May wait
 *                     for the store to open
 */
public record SessionSettings(
        String node,
        int queueFrames,
        long queueBytes,
        Duration keepalive,
        Duration writeStall,
        Function<Tenant, Optional<String>> storeRefusal) {}
