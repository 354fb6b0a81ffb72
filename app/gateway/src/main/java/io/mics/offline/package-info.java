/**
 * Messages for users who are away: a bounded buffer in memory, or an event to their tenant's backend, and how they are
 * pulled from it again for the device that connects. Loses only what its limits and a stopped process take, and counts
 * that. Never knows a session: what hands messages to one is the caller's. Safe on any thread, without I/O under a
 * lock; a pull asks the backend on an {@code offline-pull} child of its caller.
 */
@NullMarked
package io.mics.offline;

import org.jspecify.annotations.NullMarked;
