/**
 * Timers that are too many for a thread or a queue each: one hashed wheel, whose tasks look at sessions' heartbeats,
 * sockets' deadlines and what grows old, and say when they are to be run next. Never knows what a task is for. Tasks
 * run on the wheel's one platform thread, {@code mics-wheel}, so they never block; scheduling and cancelling are safe
 * on any thread.
 */
@NullMarked
package io.mics.timer;

import org.jspecify.annotations.NullMarked;
