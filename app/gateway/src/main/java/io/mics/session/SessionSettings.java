package io.mics.session;

import java.time.Duration;

/**
 * What every session of this node shares.
 *
 * @param node        this node's id
 * @param queueFrames frames one outbound queue holds
 * @param queueBytes  bytes one outbound queue holds; one frame of any size is always taken
 * @param keepalive   between transport-level pings; zero sends none
 * @param writeStall  how long one write may be blocked by the peer until 4430
 * @param stores      whether this node has a store, which durable tenants need
 */
public record SessionSettings(
        String node, int queueFrames, long queueBytes, Duration keepalive, Duration writeStall, boolean stores) {}
