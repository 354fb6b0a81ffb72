package io.mics.listener;

import io.mics.observe.Metrics;
import java.util.function.Consumer;

/**
 * What all ports of a node share.
 *
 * @param timer     looks at sockets' deadlines
 * @param addresses what one address may take
 * @param metrics   where refusals are counted
 * @param lost      told why a port cannot be served any more; the process must not go on without it
 */
public record Ports(Timer timer, AddressLimits addresses, Metrics metrics, Consumer<Throwable> lost) {}
