/**
 * Timers that are too many for a thread or a queue each: one hashed wheel, whose tasks look at sessions' heartbeats,
 * sockets' deadlines and what grows old, and say when they are to be run next. Owns no task. Tasks run on the wheel's
 * one platform thread, so they never block.
 */
@NullMarked
package io.mics.timer;

import org.jspecify.annotations.NullMarked;
