/**
 * The adapter of hooks' overrides in Redis: one hash of texts, one for each tenant that has any, and a channel on
 * which a change is announced to every node. Never knows what a text means ({@code hook.config} does). Runs on its
 * callers' threads, which block for the command time-out at most; changes are announced on Redis's threads, which must
 * not block.
 */
@NullMarked
package io.mics.hook.redis;

import org.jspecify.annotations.NullMarked;
