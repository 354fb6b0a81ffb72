/**
 * The one blocking face of Redis: where it is, how scripts run on it, and whether it is there. Keys and scripts of a
 * capability live with it. Everything asked of it is a script; what comes back is a value or {@link
 * io.mics.redis.RedisOutcome.Unavailable}, within the command time-out. Never knows what a route or a node is, and
 * never reads a clock but Redis's own for anything that is compared between nodes. Callers' threads block here;
 * listeners are called on the client library's threads and must not block; two virtual threads of its own wait for
 * Redis to come back and for the subscription to receive.
 */
@NullMarked
package io.mics.redis;

import org.jspecify.annotations.NullMarked;
