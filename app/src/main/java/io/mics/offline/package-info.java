/**
 * What is kept for users who are away: a bounded buffer in memory, or their tenant's backend, and the
 * way a message gets there. Loses only what
 * its limits and a stopped process take, and counts that. Safe on any thread; no I/O under a lock.
 */
@NullMarked
package io.mics.offline;

import org.jspecify.annotations.NullMarked;
