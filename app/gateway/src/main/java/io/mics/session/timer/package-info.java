/**
 * The timing wheel: tasks that run once their time is up, at most one tick late, and say when they want to run again.
 * Owns the platform thread {@code mics-wheel}, on which all tasks of the node run, so none may block. Never knows what
 * a task is for. Scheduling and cancelling are safe on any thread.
 */
@NullMarked
package io.mics.session.timer;

import org.jspecify.annotations.NullMarked;
