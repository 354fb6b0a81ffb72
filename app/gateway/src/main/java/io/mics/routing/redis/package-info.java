/**
 * The directory in Redis: routes, how many connections a tenant has, which nodes there are. Owns what is written under
 * its own keys and scripts; never decides by this node's clock, and no message passes here.
 * Runs on its callers' threads, which block for the command time-out at most; changes are notified on Redis's threads.
 */
@NullMarked
package io.mics.routing.redis;

import org.jspecify.annotations.NullMarked;
