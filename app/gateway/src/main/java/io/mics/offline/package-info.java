/**
 * Messages for users who are away: a bounded buffer in memory, or an event to their tenant's backend, and how they are
 * pulled from it. Loses only what its limits and a stopped process take, and counts that. Never delivers to a device.
 * Safe on any thread; no I/O under a lock.
 */
@NullMarked
package io.mics.offline;

import org.jspecify.annotations.NullMarked;
