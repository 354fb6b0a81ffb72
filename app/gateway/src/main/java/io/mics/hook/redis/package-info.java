/**
 * What operators changed of the hooks, in Redis. Never knows what a text means. Runs on its callers' threads, which
 * block for the command time-out at most; changes are announced on Redis's threads.
 */
@NullMarked
package io.mics.hook.redis;

import org.jspecify.annotations.NullMarked;
