package io.mics.session;

import io.mics.observe.Counter;
import io.mics.timer.TimingWheel;

/**
 * The clocks of one session, and what it counts.
 *
 * @param wheel             looks at the session
 * @param keepaliveNanos    between transport-level pings; 0 sends none
 * @param writeStallNanos   how long one write may be blocked by the peer until 4430
 * @param dropped           counts deliveries dropped from an overflowing queue
 */
record SessionTiming(TimingWheel wheel, long keepaliveNanos, long writeStallNanos, Counter dropped) {}
